// The page gate in Chromium. make test: the longest page of each template and language, all states, and the gallery;
// GATE=all: every address in every look. ONLY=text takes the addresses that contain the text.
import assert from 'node:assert/strict';
import {after, describe, it, test} from 'node:test';
import {Bench, launch, missing} from './lib/browser.mjs';
import {fullest, longest} from './lib/choose.mjs';
import {report, told} from './lib/finding.mjs';
import {gate} from './lib/gate.mjs';
import {compare, leftOver} from './lib/golden.mjs';
import {LOADS} from './lib/looks.mjs';
import {start} from './lib/server.mjs';

const everything = process.env.GATE === 'all', ONLY = process.env.ONLY || '';
const AT_ONCE = 2;
const skip = missing();

const site = skip ? null : await start();
const browser = skip ? null : await launch();
const benches = skip ? [] : Array.from({length: AT_ONCE}, () => new Bench(browser, site.base));
after(async () => { await browser?.close(); await site?.stop(); });

const goldens = skip ? [] : [...await longest(site), ...site.addresses.states];
const all = skip || !everything ? goldens : [...site.addresses.pages.filter(p => p.status === 200), ...site.addresses.states];
const gallery = site ? site.addresses.gallery : [];
const fuller = skip ? [] : [...goldens.filter(a => !site.addresses.states.includes(a)), ...await fullest(site), ...gallery];
// tier says how closely make test looks: see looks.mjs.
const tier = address => {
  if (everything) return address.lang === 'zh-Hant' ? 'sister' : 'every';
  if (address.lang === 'zh-Hant') return 'glance';
  if (fuller.includes(address)) return address.lang === 'en' ? 'wide' : 'full';
  return address.lang === 'en' ? 'fit' : 'brief';
};
const wanted = [...all, ...gallery].filter(a => `${a.url} ${a.name || ''}`.includes(ONLY));

describe('in the browser', {concurrency: AT_ONCE, skip}, () => {
  for (const address of wanted) {
    it(`${address.url} ${address.name || ''}`.trim(), async () => {
      const bench = benches.pop();
      try {
        const {findings, snapshot} = await gate(bench, address, tier(address));
        if (goldens.includes(address)) findings.push(...told(address.url, 'light', compare(address, snapshot)));
        report(findings);
      } finally { benches.push(bench); }
    });
  }
});

test('the settings of a load reach the page', {skip}, async () => {
  const bench = new Bench(browser, site.base), address = site.addresses.pages[0];
  for (const [load, {setting}] of Object.entries(LOADS)) {
    const {page} = await bench.open(load, address), [size, theme] = (setting || '18.auto').split('.');
    const is = await page.evaluate(() => { const {fontSize, colorScheme} = getComputedStyle(document.documentElement); return {fontSize, colorScheme}; });
    assert.deepEqual(is, {fontSize: `${size}px`, colorScheme: theme === 'dark' ? 'dark' : 'light'}, load);
  }
  await bench.close();
});

test('every golden belongs to a page', {skip}, () => report(told('golden', '', leftOver(goldens))));
