// Every journey of journeys/, on a phone, with and without script.
import {readdirSync} from 'node:fs';
import {after, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {launch, listen, missing} from './lib/browser.mjs';
import {run} from './lib/journey.mjs';
import {PHONE} from './lib/looks.mjs';
import {start} from './lib/server.mjs';

const FOLDER = fileURLToPath(new URL('journeys/', import.meta.url));
const skip = missing(), ONLY = process.env.ONLY || '';
const site = skip ? null : await start();
const browser = skip ? null : await launch();
after(async () => { await browser?.close(); await site?.stop(); });

const files = readdirSync(FOLDER).filter(f => f.endsWith('.txt') && f.includes(ONLY)).sort();

describe('journeys', {concurrency: 2, skip}, () => {
  for (const file of files) {
    for (const javaScriptEnabled of [true, false]) {
      it(`${file} ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
        const context = await browser.newContext({viewport: PHONE, locale: 'zh-CN', reducedMotion: 'reduce', javaScriptEnabled});
        try {
          const page = await context.newPage(), noise = [];
          listen(page, noise, site.base, () => page.url());
          await run(FOLDER + file, page, site.base, noise);
        } finally { await context.close(); }
      });
    }
  }
});
