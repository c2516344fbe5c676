// What holds between the pages of the site: where links lead, the ways out that every page has, titles that tell pages apart.
import {ask} from './http.mjs';
import {finding} from './finding.mjs';
import {fragmentOf, ids, loads, titleOf} from './served.mjs';
import {all, attr, elements, has, parse, place} from './tree.mjs';

export const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'];

// The console is for the staff: its pages speak the language of the account, and lead to no doors of the citizens.
const staff = url => /^(\/-)?\/console(?=[/?]|$)/.test(url);

// firstHour: whoever has just been cheated must not have to look for help.
export function firstHour(tree, {url, lang}) {
  if (staff(url)) return [];
  const there = all(tree, 'a').some(e => attr(e, 'href')?.split(/[?#]/)[0] === `/${lang}/scammed`);
  return there ? [] : [finding('first-hour', `no link to /${lang}/scammed`)];
}

// otherLanguages: the same page in each other language, marked for the eye, the voice and the machine.
// An answer to a wrong address has no counterpart; there the other home pages will do. What a state's query says may have
// been done in this language (saved=1) and is not said again in another, or it is a result, which is the same in each.
export function otherLanguages(tree, {url, lang, status, name}) {
  if (staff(url)) return [];
  return LANGUAGES.filter(l => l !== lang).flatMap(other => {
    const links = all(tree, 'a').filter(e => attr(e, 'hreflang') === other && attr(e, 'lang') === other);
    if (!links.length) return [finding('languages', `no link with hreflang and lang ${other}`)];
    const same = (name ? url.split('?')[0] : url).replace(/^\/[^/?]+/, `/${other}`);
    const whole = sorted(url.replace(/^\/[^/?]+/, `/${other}`));
    if (status !== 200 || links.some(e => attr(e, 'href') === same || name && sorted(attr(e, 'href')) === whole)) return [];
    return [finding('languages', `the link to ${other} leads to ${attr(links[0], 'href')}, not ${same}`, place(links[0]))];
  });
}

// sorted is an address with the parts of its query in order.
function sorted(url) {
  const [path, query = ''] = url.split('?');
  return `${path}?${query.split('&').sort().join('&')}`;
}

// sameTitles takes [{address, tree}] and finds pages of one language that a tab or a history list would show alike.
export function sameTitles(pages) {
  const first = new Map(), out = [];
  for (const {address, tree} of pages) {
    const key = `${address.lang} ${titleOf(tree)}`;
    if (first.has(key)) out.push({...finding('title', `the same title as ${first.get(key)}`, titleOf(tree)), address: address.url, mode: 'served'});
    else first.set(key, address.url);
  }
  return out;
}

// placesOfForms lists the #places to which forms of the page at url send the reader within the answer at path.
export function placesOfForms(tree, url, path) {
  const goals = all(tree, 'form').map(e => new URL(attr(e, 'action') || '', new URL(url, 'http://x')));
  return [...new Set(goals.filter(g => g.pathname === path).map(g => fragmentOf(g.href)).filter(Boolean))];
}

// Links asks every internal address once, however many pages lead to it, and remembers the ids of the page it got.
export class Links {
  constructor(base) { this.base = base; this.targets = new Map(); }

  // check finds links, forms and assets of a page that lead nowhere.
  async check(tree, {url}) {
    const here = new URL(url, this.base), out = [];
    for (const {to, element, kind} of targetsOf(tree)) {
      let goal;
      try { goal = new URL(to, here); } catch { out.push(finding('links', `not an address: ${to}`, place(element))); continue; }
      if (goal.origin !== here.origin) continue;
      const found = await this.target(goal, kind);
      const id = kind === 'form' ? '' : fragmentOf(goal.href); // a form's place is in its answer, see placesOfForms
      if (!found.good) out.push(finding('links', `${kind} ${goal.pathname}${goal.search} answers ${found.status}`, place(element)));
      else if (id && found.ids && !found.ids.has(id)) out.push(finding('fragments', `${goal.pathname} has no element with id “${id}”`, place(element)));
    }
    return out;
  }

  target(goal, kind) {
    const key = goal.pathname + goal.search;
    if (!this.targets.has(key)) this.targets.set(key, this.#ask(this.base + key));
    return this.targets.get(key).then(found => ({...found, good: found.status < 400 || kind === 'form' && found.takesPosts}));
  }

  async #ask(url) {
    const answer = await ask(url);
    const html = answer.type === 'text/html' && answer.status < 300;
    return {status: answer.status, takesPosts: answer.status === 405 && /\bPOST\b/.test(answer.headers.allow || ''), ids: html ? ids(parse(answer.text)) : null};
  }
}

function targetsOf(tree) {
  const out = loads(tree).map(l => ({to: l.url, element: l.element, kind: 'asset'}));
  for (const element of elements(tree)) {
    if (['a', 'area'].includes(element.tagName) && has(element, 'href')) out.push({to: attr(element, 'href'), element, kind: 'link'});
    if (element.tagName === 'link' && /\b(alternate|canonical)\b/.test(attr(element, 'rel'))) out.push({to: attr(element, 'href'), element, kind: 'link'});
    if (element.tagName === 'form') out.push({to: attr(element, 'action') || '', element, kind: 'form'});
    if (has(element, 'formaction')) out.push({to: attr(element, 'formaction'), element, kind: 'form'});
  }
  return out;
}
