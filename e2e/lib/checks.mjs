// The checks in the browser, by name. Each takes (page, {target, words}) and returns findings.
import {finding, subject} from './finding.mjs';
import {masked} from './golden.mjs';
import {axe, call} from './inpage.mjs';
import {walk} from './walk.mjs';

const TEXT = 18, HAN = 40, LATIN = 75, PAPER = 4.5;
const as = (check, found) => found.map(f => finding(check, f.what, f.where));

async function byAxe(page, part) {
  return (await axe(page, part)).flatMap(v => v.nodes.map(n => finding(subject(v.id, 'axe'), `${v.id}: ${v.unsure ? 'cannot be told: ' : ''}${n.why || v.help}`, n.target)));
}

export const CHECKS = {
  axe: page => byAxe(page, 'all but contrast'),
  contrast: page => byAxe(page, 'contrast'),
  targets: async (page, {target}) => as('targets', await call(page, 'targets', target)),
  overlap: async page => as('overlap', await call(page, 'overlap')),
  text: async page => as('text', await call(page, 'textSize', TEXT)),
  sideways: async page => as('sideways', await call(page, 'sideways')),
  lines: async page => as('lines', await call(page, 'lineLength', HAN, LATIN)),
  spacing: async page => as('spacing', await call(page, 'spacing')),
  forced: async page => as('forced', await call(page, 'forced')),
  print: async page => as('print', await call(page, 'print', PAPER)),
  dead: async page => as('dead', await call(page, 'dead')),
  keyboard: page => walk(page),
  ring: async page => (await walk(page)).filter(f => f.check === 'ring'),
  // What is said with script is said without it.
  'same-words': async (page, {words}) => {
    // A code that is drawn anew for every answer is another one without script.
    const plain = new Set((await call(page, 'words')).map(drawn));
    return words.filter(w => !plain.has(drawn(w))).map(w => finding('same-words', 'is not there without script', w));
  },
};

const drawn = words => masked(words).replace(/\d{4}(?: \d{4}){3}/g, '‹code›');
