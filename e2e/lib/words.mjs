// Words in the right language and script. A screen reader changes its voice by lang alone: an English word read by a
// Chinese voice, or Han read by an English one, is noise.
import {readdirSync} from 'node:fs';
import simplifiedToTraditional from 'opencc-js/dict/STCharacters';
import hongKong from 'opencc-js/dict/HKVariants';
import traditionalToSimplified from 'opencc-js/dict/TSCharacters';
import {finding} from './finding.mjs';
import {spoken} from './tree.mjs';

const LATIN = /\p{Script=Latin}{2,}/gu;
const HAN = /\p{Script=Han}+/gu;

// foreignRuns finds Latin words in Chinese text and Han in other text that are not marked with their language.
export function foreignRuns(tree) {
  return spoken(tree).flatMap(({text, lang, where}) => {
    const runs = /^zh\b/i.test(lang) ? text.match(LATIN) : /^(ja|yue|und|zxx)\b/i.test(lang) ? null : text.match(HAN);
    return runs ? [finding('lang', `“${runs.join('”, “')}” in text marked ${lang || 'with no language'}`, where)] : [];
  });
}

// onlyIn keeps the characters that the other script always writes differently: 发 is simplified only, 后 is written in
// both (皇后). The pairs are OpenCC's, "source targets|source targets|…".
function onlyIn(pairs) {
  const rows = pairs.split('|').map(row => { const [from, ...to] = row.split(' '); return [from, to.join('')]; });
  return new Set(rows.filter(([from, to]) => ![...to].includes(from)).map(([from]) => from));
}
const SIMPLIFIED = onlyIn(simplifiedToTraditional), TRADITIONAL = onlyIn(traditionalToSimplified);
// Hong Kong writes some characters as the mainland does (平台, 吃) where OpenCC's own standard has 臺 and 喫.
for (const row of hongKong.split('|')) for (const c of row.split(' ').slice(1)) SIMPLIFIED.delete(c);
// OpenCC has 羣, 準, 傭 and 牀 alone for these, where Hong Kong writes 群組, 批准, 佣金 and 床.
for (const c of '群准佣床') SIMPLIFIED.delete(c);

// wrongScript finds simplified characters in zh-Hant text and traditional ones in zh-Hans text.
export function wrongScript(tree) {
  return spoken(tree).flatMap(({text, lang, where}) => {
    const wrong = /^zh-Hant\b/i.test(lang) ? SIMPLIFIED : /^zh-Hans\b/i.test(lang) ? TRADITIONAL : null;
    const found = wrong ? [...new Set([...text].filter(c => wrong.has(c)))] : [];
    return found.length ? [finding('script', `${found.join('')} in text marked ${lang}`, where)] : [];
  });
}

// bareKeys finds keys of the catalogue that stand where their words should: the families are the files of i18n/.
const FAMILIES = [...new Set(readdirSync(new URL('../../i18n/', import.meta.url)).filter(f => f.endsWith('.yaml')).map(f => f.split('.')[0]))];
const KEY = new RegExp(`\\b(?:${FAMILIES.join('|')})(?:\\.[a-z0-9_]+)+\\b`, 'g');
export const keysIn = text => text.match(KEY) || [];
export function bareKeys(tree) {
  return spoken(tree).flatMap(({text, where}) => keysIn(text).map(key => finding('words', `the key ${key} has no words here`, where)));
}
