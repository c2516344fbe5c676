// The gate bites: each planted defect is found by its own check and by no other, and the sound page passes.
import assert from 'node:assert/strict';
import {after, describe, it, test} from 'node:test';
import {Bench, launch, missing} from './lib/browser.mjs';
import {CHECKS} from './lib/checks.mjs';
import {line, report, told} from './lib/finding.mjs';
import {gate} from './lib/gate.mjs';
import {ask} from './lib/http.mjs';
import {call, enter} from './lib/inpage.mjs';
import {LOOKS} from './lib/looks.mjs';
import {served} from './lib/served.mjs';
import {start} from './lib/server.mjs';
import {firstHour, Links, otherLanguages, sameTitles} from './lib/site.mjs';
import {parse} from './lib/tree.mjs';
import {serve, sound} from './planted/pages.mjs';

const skip = missing();
const own = skip ? null : await serve();
const site = skip ? null : await start();
const browser = skip ? null : await launch();
const benches = base => Array.from({length: 2}, () => new Bench(browser, base));
after(async () => { await browser?.close(); await site?.stop(); own?.stop(); });

async function look(base, pool, address) {
  const bench = pool.pop();
  try {
    const found = told(address.url, 'served', await served(address, await ask(base + address.url)));
    return [...found, ...(await gate(bench, address)).findings];
  } finally { pool.push(bench); }
}

function only(checks, findings) {
  const found = [...new Set(findings.map(f => f.check))].sort();
  assert.deepEqual(found, [...checks].sort(), findings.map(line).join('\n'));
}

describe('our own planted pages', {concurrency: 2, skip}, () => {
  const pool = skip ? [] : benches(own.base);
  it('the sound page passes', async () => report(await look(own.base, pool, own.sound)));
  it('the gate leaves the page as it was served, so that one check does not disturb the next', async () => {
    const bench = pool[0], shot = async () => { await bench.show(page, LOOKS.light); await call(page, 'rest'); return page.screenshot({fullPage: true}); };
    const {page} = await bench.open('standard', own.sound);
    await enter(page);
    const before = await shot();
    for (const [name, check] of Object.entries(CHECKS)) {
      await check(page, {target: 48, words: []});
      assert.ok(before.equals(await shot()), name);
    }
  });
  for (const {name, checks, address} of own?.planted || []) it(`${name}: ${checks.join(', ')}`, async () => only(checks, await look(own.base, pool, address)));
});

describe('the planted pages of the gallery', {concurrency: 2, skip}, () => {
  const pool = skip ? [] : benches(site.base);
  const {planted, gallery} = site?.addresses || {planted: [], gallery: []};
  it('there are some, and a clean page beside them', () => assert.ok(planted.length >= 5 && gallery.length, `${planted.length} planted, ${gallery.length} clean`));
  const whole = address => ({lang: 'zh-Hans', status: 200, page: 'gallery', ...address});
  for (const address of gallery.slice(0, 1)) it(`${address.url} passes`, async () => report(await look(site.base, pool, whole(address))));
  for (const address of planted) it(`${address.url}: ${address.defect}`, async () => only([address.defect], await look(site.base, pool, whole(address))));
});

test('what holds between pages is missed when it is gone', {skip}, async () => {
  const tree = parse(sound.html), address = {url: '/zh-Hant/x', lang: 'zh-Hant', status: 200};
  only(['first-hour'], firstHour(tree, address));
  only([], firstHour(parse('<a href="/zh-Hant/scammed">x</a>'), address));
  const links = (hans, en) => parse(`<a href="${hans}" hreflang="zh-Hans" lang="zh-Hans">x</a><a href="${en}" hreflang="en" lang="en">x</a>`);
  only([], otherLanguages(links('/zh-Hans/x', '/en/x'), address));
  only(['languages'], otherLanguages(links('/zh-Hans/x', '/en/'), address));
  only(['languages'], otherLanguages(tree, address));
  only(['title'], sameTitles([{address, tree}, {address, tree}]));
  only([], sameTitles([{address, tree}, {address: {...address, lang: 'en'}, tree}]));
  const to = href => new Links(own.base).check(parse(`<a href="${href}">x</a>`), {url: '/0'});
  only([], await to('/sound#main'));
  only(['links'], await to('/no-such-page'));
  only(['fragments'], await to('/sound#no-such-place'));
});
