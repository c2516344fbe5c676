// The served HTML as the tree a browser would build (parse5 follows the same standard).
import {parse as parse5} from 'parse5';

export const parse = html => parse5(html);

// elements lists every element in document order; what is in <template> is not in the page.
export function* elements(node) {
  for (const child of node.childNodes || []) {
    if (child.tagName) yield child;
    yield* elements(child);
  }
}

export const attr = (element, name) => element.attrs.find(a => a.name === name)?.value;
export const has = (element, name) => element.attrs.some(a => a.name === name);
export const all = (root, ...tags) => [...elements(root)].filter(e => tags.includes(e.tagName));

export function text(node) {
  if (node.nodeName === '#text') return node.value;
  return (node.childNodes || []).map(text).join('');
}

export function place(element) {
  const id = attr(element, 'id'), words = text(element).replace(/\s+/g, ' ').trim().slice(0, 24);
  return `<${element.tagName}${id ? ` id="${id}"` : ''}>${words ? ` ${words}` : ''}`;
}

// spoken lists what is shown or read out: text nodes of the body and the attributes that carry words, each with the
// language that holds for it.
const WORDY = ['alt', 'aria-label', 'aria-description', 'aria-roledescription', 'placeholder', 'title', 'data-label'];
export function spoken(root) {
  const out = [];
  const walk = (node, lang) => {
    for (const child of node.childNodes || []) {
      if (child.nodeName === '#text') { if (child.value.trim()) out.push({text: child.value, lang, where: place(node)}); continue; }
      if (!child.tagName || ['script', 'style', 'template', 'head'].includes(child.tagName)) continue;
      const own = attr(child, 'lang') ?? lang;
      for (const name of WORDY) if (attr(child, name)) out.push({text: attr(child, name), lang: own, where: `${name} of ${place(child)}`});
      if (child.tagName === 'input' && /^(submit|reset|button)$/.test(attr(child, 'type') || '')) out.push({text: attr(child, 'value') || '', lang: own, where: place(child)});
      walk(child, own);
    }
  };
  walk(root, '');
  return out;
}
