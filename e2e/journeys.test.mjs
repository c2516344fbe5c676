// Every journey of journeys/, on a phone, with and without script. What is long is done fewer times: a complaint on a phone with
// script and on a narrow one without, a story in one of these two ways, by turns; with GATE=all each in all four ways.
import {readdirSync} from 'node:fs';
import {after, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {launch, listen, missing} from './lib/browser.mjs';
import {alone, run} from './lib/journey.mjs';
import {PHONE} from './lib/looks.mjs';
import {start} from './lib/server.mjs';

const FOLDER = fileURLToPath(new URL('journeys/', import.meta.url)), NARROW = 320;
const skip = missing(), ONLY = process.env.ONLY || '';
const site = skip ? null : await start({list: false});
const browser = skip ? null : await launch();
after(async () => { await browser?.close(); await site?.stop(); });

const files = readdirSync(FOLDER).filter(f => f.endsWith('.txt')).sort(), stories = files.filter(f => f.startsWith('story-'));

describe('journeys', {concurrency: 2, skip}, () => {
  for (const file of files.filter(f => f.includes(ONLY))) {
    const turn = stories.indexOf(file), long = turn >= 0 || file.startsWith('complaint-'), every = !long || process.env.GATE === 'all';
    for (const width of long ? [PHONE.width, NARROW] : [PHONE.width]) {
      for (const javaScriptEnabled of [true, false]) {
        const narrow = width === NARROW;
        if (!every && (javaScriptEnabled === narrow || turn >= 0 && narrow === (turn % 2 === 0))) continue;
        it(`${file} ${javaScriptEnabled ? 'with' : 'without'} script at ${width} px`, async () => {
          const contexts = [], own = alone(FOLDER + file) ? await start({list: false}) : site;
          const phone = async noise => {
            const context = await browser.newContext({viewport: {...PHONE, width}, locale: 'zh-CN', reducedMotion: 'reduce', javaScriptEnabled});
            contexts.push(context);
            const page = await context.newPage();
            listen(page, noise, own.base, () => page.url());
            return page;
          };
          try { await run(FOLDER + file, phone, own.base); } finally {
            for (const context of contexts) await context.close();
            if (own !== site) await own.stop();
          }
        });
      }
    }
  }
});
