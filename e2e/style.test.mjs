// The style sheets keep to what the browsers at the floor know.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {report, told} from './lib/finding.mjs';
import {unsupported} from './lib/floor.mjs';

const FOLDER = fileURLToPath(new URL('../static/css/', import.meta.url));

// Polish: what an old phone leaves out without loss. Each with what it shows instead.
const ALLOWED = {
  ':focus-visible': {why: 'only takes the ring away from the mouse; :focus draws it where this is not known'},
  '@page': {why: 'margins and page numbers in print; without it the browser uses its own'},
  'text-wrap': {why: 'evens out headings; otherwise they wrap as they come'},
  'text-wrap: balance': {why: 'as above'},
  'accent-color': {why: 'the colour of check boxes; otherwise the system’s'},
  'overflow-wrap: anywhere': {why: 'breaks long numbers', beside: 'overflow-wrap: break-word'},
  '@media forced-colors': {why: 'only met where colours can be forced'},
  'cursor: pointer': {why: 'a phone has no pointer'},
};

const sheets = existsSync(FOLDER) ? readdirSync(FOLDER).filter(f => f.endsWith('.css')).sort() : [];

test('there is a style sheet', () => assert.ok(sheets.length, `no .css in ${FOLDER}`));

for (const file of sheets) {
  test(`static/css/${file}: known to the browsers at the floor`, () => report(told(`static/css/${file}`, 'source', unsupported(readFileSync(FOLDER + file, 'utf8'), file, ALLOWED))));
}

test('every allowance is needed', () => {
  const needed = name => sheets.some(file => unsupported(readFileSync(FOLDER + file, 'utf8'), file, {...ALLOWED, [name]: undefined}).length > 0);
  assert.deepEqual(Object.keys(ALLOWED).filter(name => !needed(name)), []);
});

// The lint bites: [what is planted, the feature it must name], and what old browsers know passes.
const PLANTED = [
  ['.a{color:red;&:hover{color:blue}}', 'nesting'],
  ['.a{.b{color:blue}}', 'nesting'],
  ['@layer base{a{color:red}}', '@layer'],
  ['@container (width>3em){a{color:red}}', '@container'],
  ['@scope (a){b{color:red}}', '@scope'],
  ['@media(width>=40em){a{color:red}}', '@media range'],
  ['a{color:color-mix(in srgb,red,blue)}', 'color-mix()'],
  ['a{color:light-dark(red,blue)}', 'light-dark()'],
  ['a{color:oklch(50% .1 20)}', 'oklch()'],
  ['a{height:100dvh}', 'dvh'],
  ['a{aspect-ratio:1}', 'aspect-ratio'],
  ['a{translate:1px}', 'translate'],
  ['a{overflow:clip}', 'overflow: clip'],
  ['a:where(b){color:red}', ':where'],
  ['a{width:round(1.5px,1px)}', 'round()'],
  ['a:focus,a:focus-visible{color:red}', ':focus-visible in a list of selectors: a browser that does not know it drops the whole rule'],
  ['a{overflow-wrap:anywhere}', 'overflow-wrap: anywhere wants overflow-wrap: break-word beside it'],
];
for (const [text, name] of PLANTED) {
  test(`planted ${text}`, () => assert.deepEqual([...new Set(unsupported(text, 'planted.css', ALLOWED).map(f => f.what.split(' is not')[0]))], [name]));
}

test('what the browsers at the floor know passes', () => assert.deepEqual(unsupported(
  '@media(min-width:40em){a{display:grid;gap:1rem;inset:0;margin-inline:1px;width:min(1px,2vw);font-size:clamp(1rem,2vw,3rem);color:var(--x);background:rgb(0 0 0/50%)}}a:focus-within::before{content:"@layer dvh";position:sticky}@supports(display:grid){a{clip-path:inset(50%)}}', 'known.css'), []));
