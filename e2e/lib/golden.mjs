// Goldens: what assistive technology is told about a page, kept as a file and read in review.
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {finding} from './finding.mjs';

const FOLDER = fileURLToPath(new URL('../golden/', import.meta.url));
const UPDATE = process.env.UPDATE === '1';

export const goldenName = ({page, name, lang}) => [page, name, lang].filter(Boolean).join('.') + '.yml';

// compare holds a snapshot against its golden, or writes it with UPDATE=1.
export function compare(address, snapshot) {
  const file = goldenName(address), whole = masked(`# ${address.method || 'GET'} ${address.url}\n${snapshot}\n`);
  const now = steady(address, whole);
  if (UPDATE) { writeFileSync(FOLDER + file, now); return []; }
  if (!existsSync(FOLDER + file)) return [finding('golden', 'there is no golden: UPDATE=1 writes it', `golden/${file}`)];
  const was = readFileSync(FOLDER + file, 'utf8').split('\n'), is = now.split('\n');
  const at = is.findIndex((l, i) => l !== was[i]);
  if (at < 0 && is.length === was.length) return [];
  const i = at < 0 ? is.length : at;
  return [finding('golden', `was “${was[i] ?? ''}”, is “${is[i] ?? ''}”`, `golden/${file}:${i + 1}`)];
}

// masked hides what is drawn anew for every complaint: numbers, codes, ids of files, hashes, and what staff are given: secrets, links.
export function masked(text) {
  return text.replace(/\b\d{4} \d{4} \d{5}\b/g, '‹number›').replace(/\b\d{4}(?: \d{4}){3}\b/g, '‹code›')
    .replace(/\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){3,}\b/g, '‹secret›').replace(/\b[A-Z2-7]{52}\b/g, '‹link›')
    .replace(/\b(zz)?[A-Z2-7]{26}\b/g, '$1‹id›').replace(/\b[0-9a-f]{64}\b/g, '‹hash›').replace(/\b127\.0\.0\.1:\d+/g, '‹host›');
}

// steady is a snapshot without what is in another order, or there more often, at every run or after every visit. Of the list of
// calls it is what stands above it: those of one moment stand in the order of ids.
export function steady({page}, text) {
  if (page === 'console_queue') return inOrder(text.replace(/\d+(?=[^\n]*\n +- \/url: \/console\/queue\?view=news\n)/, '‹count›')); // what was opened is new no more
  if (page === 'console_audit') return text.replace(/\d+(?=条记录都|條紀錄都| entries, all)/, '‹count›'); // every look at a case is an entry
  if (page === 'console_calls') return text.split(/\n +- '?region "/)[0] + '\n';
  return /^console_(accounts|case)$/.test(page) ? settled(text) : text;
}

// settled leaves out the accounts that the test server makes at every visit, whose names begin with zz.
function settled(text) {
  let within = -1;
  return text.split('\n').filter(line => {
    const depth = line.search(/\S/);
    if (within >= 0 && depth > within) return false;
    within = /^ +- '?(?:(?:row|radio) "|text: )zz/.test(line) ? depth : -1;
    return within < 0;
  }).join('\n');
}

// inOrder sorts the rows of a table: cases that are due on one day stand in the order of their ids, which are drawn anew.
function inOrder(text) {
  const out = [];
  let rows = [], indent = -1;
  const settle = () => { out.push(...rows.sort().flatMap(r => r.split('\n'))); rows = []; };
  for (const line of text.split('\n')) {
    const depth = line.search(/\S/);
    if (/^ +- '?row /.test(line) && (indent < 0 || depth === indent)) { indent = depth; rows.push(line); continue; }
    if (rows.length && depth > indent) { rows[rows.length - 1] += '\n' + line; continue; }
    settle();
    indent = -1;
    out.push(line);
  }
  settle();
  return out.join('\n');
}

// leftOver finds goldens of pages that are no more, or removes them with UPDATE=1.
export function leftOver(addresses) {
  const known = new Set(addresses.map(goldenName));
  const old = readdirSync(FOLDER).filter(f => f.endsWith('.yml') && !known.has(f));
  if (UPDATE) { for (const f of old) rmSync(FOLDER + f); return []; }
  return old.map(f => finding('golden', 'no page has this golden: UPDATE=1 removes it', `golden/${f}`));
}
