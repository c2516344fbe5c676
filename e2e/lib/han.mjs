// Writes server/search/t2s.txt: each traditional character that has one simplified form of its own, with that form.
// The pairs come from OpenCC (Apache-2.0) for the general, Hong Kong and Taiwan forms, character by character, so that
// one rune becomes one rune and every offset into a text stays what it was.
//
//	node lib/han.mjs
import { writeFileSync } from 'node:fs';
import { Converter } from 'opencc-js';

const pairs = new Map();
for (const from of ['t', 'hk', 'tw']) {
  const convert = Converter({ from, to: 'cn' });
  for (const [first, last] of [[0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xf900, 0xfaff]]) {
    for (let code = first; code <= last; code++) {
      const c = String.fromCodePoint(code);
      const s = convert(c);
      if (s !== c && [...s].length === 1 && !pairs.has(c)) pairs.set(c, s);
    }
  }
}
// What is itself the simplified form of another stays as it is: 么 is that of 麼, though also an old way to write 幺.
const simplified = new Set(pairs.values());
for (const c of pairs.keys()) if (simplified.has(c)) pairs.delete(c);
const list = [...pairs].sort(([a], [b]) => a.codePointAt(0) - b.codePointAt(0)).map(([t, s]) => t + s);
const lines = [];
for (let i = 0; i < list.length; i += 32) lines.push(list.slice(i, i + 32).join(' '));
writeFileSync(new URL('../../server/search/t2s.txt', import.meta.url), lines.join('\n') + '\n');
console.log(`${list.length} pairs`);
