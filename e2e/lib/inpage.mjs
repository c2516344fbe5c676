// Brings the scripts of page/ into a page. They are evaluated, not added to the page: no policy refuses them, they work
// where the page's own script is off, and the page stays as it was served.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const read = name => readFileSync(new URL(`../page/${name}.js`, import.meta.url), 'utf8');
const GATE = ['common', 'targets', 'layout', 'text', 'keyboard'].map(read).join('\n') + '\nundefined';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8') + '\nundefined';

export const enter = page => bring(page, GATE);

// bring evaluates a script as it is. Through page.evaluate the browser would compile it as words of an eval, which takes as long
// as axe takes to look at a page.
async function bring(page, expression) {
  if (!debuggers.has(page)) debuggers.set(page, await page.context().newCDPSession(page));
  const {exceptionDetails: wrong} = await debuggers.get(page).send('Runtime.evaluate', {expression});
  if (wrong) throw new Error(wrong.exception?.description || wrong.text);
}
const debuggers = new WeakMap();

// call runs gate.<name>(...args) in the page.
export const call = (page, name, ...args) => page.evaluate(([name, args]) => globalThis.gate[name](...args), [name, args]);

const TAGS = ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21a', 'wcag21aa', 'wcag21aaa', 'wcag22a', 'wcag22aa', 'wcag22aaa', 'best-practice'];
const CONTRAST = ['color-contrast', 'color-contrast-enhanced'];
// What axe leaves to a person and what we decide once for all: links with the same words to different places are a fault,
// and so is text whose ground it cannot tell.
const DECIDED = new Set(['identical-links-same-purpose', ...CONTRAST]);

// axe runs axe-core over the page: every rule but contrast, or contrast alone. The script is brought in once a page.
export async function axe(page, part) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await bring(page, AXE);
  const off = Object.fromEntries(CONTRAST.map(rule => [rule, {enabled: false}]));
  const options = part === 'contrast'
    ? {runOnly: {type: 'rule', values: CONTRAST}}
    : {runOnly: {type: 'tag', values: TAGS}, rules: {'target-size': {enabled: true}, region: {enabled: true}, ...off}};
  const found = await page.evaluate(options => globalThis.axe.run(document, options).then(r => [...r.violations, ...r.incomplete.map(v => ({...v, unsure: true}))]
    .map(({id, help, unsure, nodes}) => ({id, help, unsure, nodes: nodes.map(n => ({target: n.target.flat().join(' '), why: [...n.any, ...n.all, ...n.none][0]?.message}))}))), {...options, resultTypes: ['violations', 'incomplete']});
  for (const v of found.filter(v => v.id === 'label-content-name-mismatch')) v.nodes = await named(page, v.nodes);
  return found.filter(v => v.nodes.length && (!v.unsure || DECIDED.has(v.id)));
}

// axe compares words, and cuts Han into words with a dictionary: 換成|長者版 becomes 換|成長|者版. What is shown is in the
// name when it stands there letter for letter.
const named = (page, nodes) => page.evaluate(nodes => nodes.filter(({target}) => {
  const e = document.querySelector(target), shown = e.innerText.replace(/\s+/g, ' ').trim();
  return !/\p{Script=Han}/u.test(shown) || !(e.getAttribute('aria-label') || '').includes(shown);
}), nodes);
