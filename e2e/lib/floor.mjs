// The browser floor: style sheets held against MDN's compatibility data, feature by feature. People keep phones for long.
// What Chrome 87 and Safari of iOS 14.5 do not know must be polish they can do without, and is listed with the reason.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import postcss from 'postcss';
import {finding} from './finding.mjs';

const {css} = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@mdn/browser-compat-data'), 'utf8'));
const FLOOR = {chrome: 87, safari_ios: 14.5};

// unsupported finds features that a browser at the floor does not know: [finding]. allowed maps a feature's name to
// {why, beside}: why it may be used all the same, and the start of the declaration that must stand beside it for those
// who do not know it.
export function unsupported(text, file, allowed = {}) {
  const found = [];
  const use = (name, feature, node) => {
    const lacks = feature && missingIn(feature), where = `${file}:${node.source.start.line}`;
    if (!lacks) return;
    const {beside, why} = allowed[name] || {};
    if (!why) found.push(finding('floor', `${name} is not known to ${lacks}`, where));
    else if (beside && !node.parent.nodes.some(d => `${d.prop}: ${d.value}`.startsWith(beside))) found.push(finding('floor', `${name} wants ${beside} beside it`, where));
    else if (node.selectors?.length > 1) found.push(finding('floor', `${name} in a list of selectors: a browser that does not know it drops the whole rule`, where));
  };
  postcss.parse(text, {from: file}).walk(node => {
    if (node.type === 'atrule') atRule(node, use);
    if (node.type === 'rule') selectors(node, use);
    if (node.type === 'decl') declaration(node, use);
  });
  return found;
}

function atRule(node, use) {
  const rule = css['at-rules'][node.name];
  use(`@${node.name}`, rule, node);
  if (node.name === 'media') {
    for (const [, name] of node.params.matchAll(/\(\s*(?:min-|max-)?([a-z-]+)/g)) use(`@media ${name}`, rule[name], node);
    if (/[<>]/.test(node.params)) use('@media range', rule.range_syntax, node);
  }
  if (node.name === 'supports' && /selector\(/.test(node.params)) use('@supports selector()', rule.selector, node);
}

function selectors(node, use) {
  if (/^(rule)$/.test(node.parent.type) || nestedIn(node)) use('nesting', css.selectors.nesting, node);
  for (const [, name] of node.selector.matchAll(/::?([a-z-]+)/g)) use(`:${name}`, css.selectors[name], node);
}

function nestedIn(node) {
  for (let p = node.parent; p; p = p.parent) if (p.type === 'rule') return true;
  return false;
}

function declaration(node, use) {
  if (node.prop.startsWith('--')) return values(node, null, use);
  const property = css.properties[node.prop];
  // A property with a vendor's prefix is for that vendor; a browser that does not know it skips it.
  if (!node.prop.startsWith('-')) use(node.prop, property, node);
  values(node, property, use);
}

function values(node, property, use) {
  const bare = node.value.replace(/"[^"]*"|'[^']*'|url\([^)]*\)/g, '');
  for (const [, name] of bare.matchAll(/([a-z-]+)\(/g)) use(`${name}()`, functions.get(name), node);
  for (const [, unit] of bare.matchAll(/\b\d*\.?\d+([a-z]+)\b/g)) use(unit, units.get(unit), node);
  if (property) for (const word of bare.split(/[\s,/()]+/)) if (/^[a-z][a-z-]*$/.test(word) && property[word]) use(`${node.prop}: ${word}`, property[word], node);
}

// Functions and units lie in several places of the data.
const functions = new Map(), units = new Map();
(function collect(node, depth) {
  for (const [name, child] of Object.entries(node)) {
    if (name === '__compat' || !child || typeof child !== 'object') continue;
    if (child.__compat && !functions.has(name) && depth < 3) functions.set(name, child);
    if (depth < 2) collect(child, depth + 1);
  }
})(css.types, 0);
for (const [name, child] of Object.entries(css.types.length)) {
  for (const unit of name === 'viewport_percentage_units_dynamic' ? ['dvh', 'dvw', 'dvb', 'dvi', 'dvmin', 'dvmax']
    : name === 'viewport_percentage_units_large' ? ['lvh', 'lvw', 'lvb', 'lvi', 'lvmin', 'lvmax']
      : name === 'viewport_percentage_units_small' ? ['svh', 'svw', 'svb', 'svi', 'svmin', 'svmax']
        : name === 'container_query_length_units' ? ['cqw', 'cqh', 'cqi', 'cqb', 'cqmin', 'cqmax'] : [name]) if (child.__compat) units.set(unit, child);
}

// missingIn names the browsers at the floor that lack a feature. Of several entries (with and without a prefix, or with a
// part missing) one that is plain and old enough will do.
function missingIn(feature) {
  if (!feature.__compat) return '';
  return Object.entries(FLOOR).filter(([browser, floor]) => {
    const entries = [feature.__compat.support[browser] ?? []].flat();
    return !entries.some(e => e.version_added && e.version_added !== 'preview' && !e.flags && !e.prefix && !e.alternative_name && parseFloat(String(e.version_added).replace('≤', '')) <= floor &&
      !(e.version_removed && parseFloat(e.version_removed) <= floor));
  }).map(([browser, floor]) => `${browser === 'chrome' ? 'Chrome' : 'iOS Safari'} ${floor}`).join(' and ');
}
