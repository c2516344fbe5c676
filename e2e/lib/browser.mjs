// Chromium, and benches to lay pages on. A bench has one tab per load (standard, large, elder, no script), kept from
// address to address: opening contexts anew would take longer than all the looking.
import {accessSync, constants} from 'node:fs';
import {chromium} from 'playwright-core';
import {LOADS, PHONE} from './looks.mjs';

// Chromium without a window is the same engine in two thirds of the time; the one with a window does where it is missing.
const HERE = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const runs = file => { try { accessSync(file, constants.X_OK); return true; } catch { return false; } };
const CHROME = process.env.CHROME || HERE.find(runs) || HERE[0];
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];

// missing says how to get what is not there, for a test to skip with; with CI=true it is a failure instead.
export function missing() {
  if (runs(CHROME)) return false;
  const how = `no browser at ${CHROME}: apt-get install -y chromium-headless-shell fonts-noto-cjk, or set CHROME`;
  if (process.env.CI === 'true') throw new Error(how);
  return how;
}

// launch starts a browser. One that dies as it begins, seen once in some hundred starts, in a thread of its own before it was asked
// anything, is started again; one that dies later fails the test.
export async function launch(tries = 3) {
  try { return await chromium.launch({executablePath: CHROME, args: ARGS}); } catch (e) {
    if (tries <= 1 || !/Segmentation fault|exitCode=139/.test(e.message)) throw e;
    return launch(tries - 1);
  }
}

export class Bench {
  constructor(browser, base) { this.browser = browser; this.base = base; this.tabs = new Map(); }

  // open shows an address in the tab of a load and returns {page, noise, answer}; noise is what was refused, missing,
  // foreign or thrown since.
  async open(load, address) {
    const tab = await this.#tab(load);
    const url = this.base + address.url;
    await tab.context.clearCookies();
    const cookies = (address.cookie || '').split(/;\s*/).filter(Boolean).map(c => [c.slice(0, c.indexOf('=')), c.slice(c.indexOf('=') + 1)]);
    if (LOADS[load].setting) cookies.push(['__Host-settings', `${LOADS[load].setting}.${address.lang}`]);
    // A __Host- cookie is for https alone, except that a browser takes this machine for safe; so must the protocol here.
    if (cookies.length) await tab.context.addCookies(cookies.map(([name, value]) => ({name, value, url: this.base.replace('http:', 'https:'), secure: true})));
    await this.show(tab.page, {view: PHONE, media: {}});
    tab.url = url;
    const post = () => address.method === 'POST' && tab.page.route(url, route => route.continue({
      method: 'POST',
      postData: new URLSearchParams(address.form).toString(),
      headers: {...route.request().headers(), 'content-type': 'application/x-www-form-urlencoded', origin: this.base},
    }), {times: 1});
    await post();
    // From the moment the new page takes over nothing of the last one is heard any more.
    const silence = frame => { if (frame === tab.page.mainFrame()) tab.noise.length = 0; };
    tab.page.on('framenavigated', silence);
    // On a busy machine a navigation that was made a post is now and then never let go: it is asked for once more.
    const go = timeout => tab.page.goto(url, {timeout});
    const answer = await go(15_000).catch(async e => {
      if (e.name !== 'TimeoutError') throw e;
      await tab.page.unroute(url);
      await post();
      return go(30_000);
    }).finally(() => tab.page.off('framenavigated', silence));
    return {page: tab.page, noise: tab.noise, answer};
  }

  // show changes how a page that is there is shown.
  async show(page, {view, media}) {
    await page.emulateMedia({media: null, colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce', ...media});
    await page.setViewportSize(view);
  }

  async close() { for (const {context} of this.tabs.values()) await context.close(); }

  async #tab(load) {
    if (this.tabs.has(load)) return this.tabs.get(load);
    const context = await this.browser.newContext({viewport: PHONE, locale: 'zh-CN', javaScriptEnabled: LOADS[load].script !== false});
    const page = await context.newPage(), noise = [], tab = {context, page, noise, url: ''};
    listen(page, noise, this.base, () => tab.url);
    this.tabs.set(load, tab);
    return tab;
  }
}

// listen notes what a page should not do; the page's own status is checked elsewhere.
// A browser asks for /favicon.ico once, on whatever page is first; addresses.test.mjs looks after it.
export function listen(page, noise, base, own = () => '') {
  page.on('pageerror', e => noise.push({what: 'a script failed', where: e.message}));
  page.on('console', m => { if (m.type() === 'error' && ![own(), base + '/favicon.ico'].includes(m.location().url)) noise.push({what: 'console', where: `${m.text().slice(0, 120)} ${m.location().url.replace(base, '')}`}); });
  page.on('console', m => { if (/Content Security Policy|Refused to/i.test(m.text())) noise.push({what: 'refused by the policy', where: m.text().slice(0, 160)}); });
  page.on('request', r => { if (/^(https?|wss?):/.test(r.url()) && !r.url().startsWith(base + '/')) noise.push({what: 'asks another host', where: r.url()}); });
  page.on('response', r => { if (r.status() >= 400 && !r.request().isNavigationRequest()) noise.push({what: `answers ${r.status()}`, where: r.url().slice(base.length)}); });
}
