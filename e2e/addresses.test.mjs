// Every page in every language, and every state, as served: no browser, no exception.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {finding, report, told} from './lib/finding.mjs';
import {ask} from './lib/http.mjs';
import {ids, served} from './lib/served.mjs';
import {start} from './lib/server.mjs';
import {firstHour, LANGUAGES, Links, otherLanguages, placesOfForms, sameTitles} from './lib/site.mjs';
import {all, attr, parse} from './lib/tree.mjs';

let site, pages;
before(async () => {
  site = await start();
  pages = [];
  for (const address of site.addresses.pages) {
    const answer = await ask(site.base + address.url);
    pages.push({address, answer, tree: answer.type === 'text/html' ? parse(answer.text) : null});
  }
});
after(() => site?.stop());

const each = async look => (await Promise.all(pages.filter(p => p.tree).map(async p => told(p.address.url, 'served', await look(p.tree, p.address))))).flat();

test('the router lists pages in three languages', () => {
  for (const lang of LANGUAGES) assert.ok(pages.some(p => p.address.lang === lang), `no page in ${lang}`);
});

test('every page is sound as served', async () => {
  const found = [];
  for (const {address, answer} of pages) found.push(...told(address.url, 'served', await served(address, answer)));
  report(found);
});

test('every state is sound as served', async () => {
  const found = [];
  for (const state of site.addresses.states) {
    const answer = await ask(site.base + state.url, state);
    found.push(...told(`${state.url} (${state.name})`, 'served', await served(state, answer)));
    if (answer.type === 'text/html' && answer.status >= 200 && (answer.status < 300 || answer.status >= 400)) {
      const tree = parse(answer.text), address = {...state, status: state.method === 'POST' ? 0 : state.status};
      // What answers a form may exist in this language alone: another's link would lose what was typed.
      const alone = state.method === 'POST' && !all(tree, 'a').some(e => attr(e, 'hreflang'));
      found.push(...told(`${state.url} (${state.name})`, 'served', [...firstHour(tree, address), ...alone ? [] : otherLanguages(tree, address)]));
      if (state.method === 'POST' && state.page !== 'error') found.push(...told(`${state.url} (${state.name})`, 'served', landed(state, tree)));
    }
  }
  report(found);
});

// What a form is answered with has the place to which the form sends the reader; an error page has nothing but itself.
function landed(state, tree) {
  const asked = pages.find(p => p.address.url === state.url);
  const places = asked ? placesOfForms(asked.tree, state.url, state.url) : [], known = ids(tree);
  return !places.length || places.some(p => known.has(p)) ? [] : [finding('fragments', `the answer has no element with id “${places.join('” or “')}”`)];
}

test('titles tell the pages of a language apart', () => report(sameTitles(pages.filter(p => p.tree && p.answer.status === 200))));

test('every page leads to the first hour', async () => report(await each(firstHour)));

test('every page leads to itself in the other languages', async () => report(await each(otherLanguages)));

test('every link, form and asset answers', async () => {
  const links = new Links(site.base);
  report(await each((tree, address) => links.check(tree, address)));
});

test('the icon that browsers ask for without being told answers', async () => {
  const {status} = await ask(site.base + '/favicon.ico');
  assert.ok(status < 400, `/favicon.ico answers ${status}`);
});

test('a page exists in all languages or in none', () => {
  const found = [];
  for (const {address} of pages) {
    for (const other of LANGUAGES) {
      const same = address.url.replace(/^\/(zh-Hans|zh-Hant|en)(?=[/?]|$)/, `/${other}`);
      if (same !== address.url && !pages.some(p => p.address.url === same)) found.push(...told(address.url, 'served', [finding('languages', `no ${same}`)]));
    }
  }
  report(found);
});
