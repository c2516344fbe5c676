// What a page weighs on a slow line: in brotli, with the heads of the answers. The first flight of a connection carries
// about ten packets, 14,600 bytes; a page that fits is readable after one round trip.
import {after, before, test} from 'node:test';
import {brotliDecompressSync} from 'node:zlib';
import {finding, report, told} from './lib/finding.mjs';
import {ask} from './lib/http.mjs';
import {loads} from './lib/served.mjs';
import {start} from './lib/server.mjs';
import {attr, parse} from './lib/tree.mjs';

const FIRST_VIEW = 14_000, STYLE = 6_144, FIRST_VISIT = 50_000;

let site;
before(async () => { site = await start(); });
after(() => site?.stop());

const known = new Map();
async function weigh(path) {
  const answer = await ask(site.base + path, {headers: {'accept-encoding': 'br'}});
  const brotli = answer.headers['content-encoding'] === 'br';
  return {...answer, brotli, text: brotli ? brotliDecompressSync(answer.body).toString('utf8') : answer.text, bytes: answer.body.length, all: answer.head + answer.body.length};
}
const asset = path => known.get(path) || known.set(path, weigh(path)).get(path);

test('pages, style sheets and first visits are light', async t => {
  const found = [], weights = [], sheets = new Map();
  for (const {url, status} of site.addresses.pages) {
    if (status !== 200) continue;
    const page = await weigh(url);
    if (page.type !== 'text/html') continue;
    const say = (what, where) => found.push(...told(url, 'brotli', [finding('weight', what, where)]));
    if (!page.brotli) say('is not sent in brotli');
    if (!/accept-encoding/i.test(page.headers.vary || '')) say('lacks Vary: Accept-Encoding');
    let view = page.all, visit = page.all;
    const parts = new Map(loads(parse(page.text)).map(l => [new URL(l.url, site.base + url), l.element]).map(([u, element]) => [u.pathname + u.search, element]));
    for (const [path, element] of parts) {
      const part = await asset(path);
      visit += part.all;
      if (!/\bstylesheet\b/.test(attr(element, 'rel'))) continue;
      view += part.all;
      sheets.set(path, part);
    }
    weights.push({url, view, visit});
    if (view > FIRST_VIEW) say(`${view} bytes with its style sheet, at most ${FIRST_VIEW} wanted`);
    if (visit > FIRST_VISIT) say(`${visit} bytes on a first visit, at most ${FIRST_VISIT} wanted`);
  }
  for (const [path, sheet] of sheets) {
    t.diagnostic(`style sheet ${path}: ${sheet.bytes} bytes of ${STYLE}`);
    if (!sheet.brotli) found.push(...told(path, 'brotli', [finding('weight', 'is not sent in brotli')]));
    if (sheet.bytes > STYLE) found.push(...told(path, 'brotli', [finding('weight', `${sheet.bytes} bytes, at most ${STYLE} wanted`)]));
  }
  const heaviest = (by, limit) => weights.sort((a, b) => b[by] - a[by]).slice(0, 3).forEach(w => t.diagnostic(`heaviest ${by === 'view' ? 'first view' : 'first visit'}: ${w[by]} bytes of ${limit} ${w.url}`));
  heaviest('view', FIRST_VIEW);
  heaviest('visit', FIRST_VISIT);
  report(found);
});
