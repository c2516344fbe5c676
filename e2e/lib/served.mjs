// What can be told from one page as it is served, without a browser.
import {HtmlValidate, StaticConfigLoader} from 'html-validate';
import {finding, subject} from './finding.mjs';
import {all, attr, elements, has, parse, place, text} from './tree.mjs';
import {bareKeys, foreignRuns, wrongScript} from './words.mjs';

// Off are rules of taste (how a void element or a boolean attribute is spelt) and one about other people's servers.
// Check boxes and buttons of one form may share a name.
const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:a11y', 'html-validate:document'],
  rules: {
    'attribute-boolean-style': 'off', 'doctype-style': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off', 'require-sri': 'off', 'void-style': 'off',
    'valid-id': ['error', {relaxed: true}], // a field's id is its name, and a name may have a dot
    'tel-non-breaking': 'off', // a number as somebody wrote it may break between its groups where letters are large
    'form-dup-name': ['error', {shared: ['radio', 'checkbox', 'button', 'submit', 'reset']}],
  },
}));

// served runs every check on the answer to an address: {url, lang, status} and what ask() gave.
export async function served(address, answer) {
  if (answer.status !== address.status) return [finding('status', `${answer.status} instead of ${address.status}`, answer.location)];
  if (answer.type !== 'text/html') return [];
  const tree = parse(answer.text);
  const checks = [language, oneHeading, title, zoom, inline, foreignHosts, ownFragments, foreignRuns, wrongScript, bareKeys];
  return [...await valid(answer.text), ...checks.flatMap(check => check(tree, address))];
}

async function valid(html) {
  const {results} = await validator.validateString(html);
  return results.flatMap(r => r.messages).filter(m => m.severity === 2)
    .map(m => finding(subject(m.ruleId, 'html'), `${m.ruleId}: ${m.message}`, `line ${m.line} ${m.selector || ''}`));
}

function language(tree, {lang}) {
  const own = attr(all(tree, 'html')[0], 'lang');
  return own === lang ? [] : [finding('lang', `html lang is ${own}, not ${lang}`, '<html>')];
}

function oneHeading(tree) {
  const n = all(tree, 'h1').length;
  return n === 1 ? [] : [finding('h1', `${n} h1 instead of one`)];
}

export const titleOf = tree => all(tree, 'title').filter(e => e.parentNode.tagName === 'head').map(text).join('').trim();
function title(tree) {
  return titleOf(tree) ? [] : [finding('title', 'no title')];
}

function zoom(tree) {
  const content = all(tree, 'meta').filter(e => attr(e, 'name') === 'viewport').map(e => attr(e, 'content') || '');
  if (content.length !== 1) return [finding('zoom', `${content.length} viewport lines instead of one`)];
  return /user-scalable\s*=\s*(no|0)|maximum-scale/i.test(content[0]) ? [finding('zoom', 'the viewport line limits zoom', content[0])] : [];
}

// The policy refuses inline style and script; here they are found even where it would not be sent.
function inline(tree) {
  const wrong = e => e.tagName === 'style' || e.tagName === 'script' && !has(e, 'src') || has(e, 'style') ||
    e.attrs.some(a => /^on/.test(a.name) || /^\s*javascript:/i.test(a.value));
  return [...elements(tree)].filter(wrong).map(e => finding('inline', 'inline style or script', place(e)));
}

// loads lists what the page makes a browser fetch: {url, element}.
export function loads(tree) {
  return [...elements(tree)].flatMap(element => {
    const urls = ['src', 'poster', 'data'].filter(n => n !== 'data' || element.tagName === 'object').map(n => attr(element, n));
    if (element.tagName === 'link' && !/\b(alternate|canonical|help|license|next|prev|author)\b/.test(attr(element, 'rel'))) urls.push(attr(element, 'href'));
    if (['use', 'image'].includes(element.tagName)) urls.push(attr(element, 'href'), attr(element, 'xlink:href'));
    for (const part of (attr(element, 'srcset') || '').split(',')) urls.push(part.trim().split(/\s/)[0]);
    return urls.filter(u => u && !u.startsWith('data:') && !u.startsWith('#')).map(url => ({url, element}));
  });
}

const elsewhere = url => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(url);

// A link may lead to another site; what is loaded, and where a form goes, may not.
function foreignHosts(tree) {
  const sent = [...elements(tree)].flatMap(e => ['action', 'formaction', 'ping'].filter(n => attr(e, n)).map(n => ({url: attr(e, n), element: e})));
  return [...loads(tree), ...sent].filter(l => elsewhere(l.url)).map(l => finding('foreign-host', l.url, place(l.element)));
}

export const ids = tree => new Set([...elements(tree)].map(e => attr(e, 'id')).filter(Boolean));
export const fragmentOf = url => { const part = url.split('#')[1]; return part && decodeURIComponent(part); };

function ownFragments(tree) {
  const known = ids(tree);
  return all(tree, 'a').filter(e => (attr(e, 'href') || '').startsWith('#')).flatMap(e => {
    const id = fragmentOf(attr(e, 'href'));
    return id && known.has(id) ? [] : [finding('fragments', `no element with id “${id || ''}”`, place(e))];
  });
}
