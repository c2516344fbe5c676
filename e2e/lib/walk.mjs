// The walk through a page with the Tab key: every control once, in document order, ringed, uncovered, and out again.
import {finding} from './finding.mjs';
import {call} from './inpage.mjs';

const RING = 3;

export async function walk(page) {
  const names = await call(page, 'stops');
  const met = [], out = [];
  for (let presses = 0; presses < names.length + 10; presses++) {
    await page.keyboard.press('Tab');
    let stop = await call(page, 'stop', RING);
    if (!stop) break; // out of the page
    if (stop.index < 0) { out.push(finding('keyboard', 'takes the focus but is no control', stop.name)); break; }
    if (met.at(-1)?.index === stop.index) { out.push(finding('keyboard', 'the Tab key does not leave it', names[stop.index])); break; }
    if (met.some(m => m.index === stop.index)) break; // round again
    if (stop.cover || !stop.ring) { // before it is held against the page: has the browser drawn it?
      await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
      stop = await call(page, 'stop', RING);
    }
    met.push(stop);
  }
  const missed = names.filter((_, i) => !met.some(m => m.index === i));
  out.push(...missed.map(name => finding('keyboard', 'is not reached with the Tab key', name)));
  met.forEach((m, i) => {
    const name = names[m.index];
    if (i && m.index < met[i - 1].index) out.push(finding('keyboard', `comes after ${names[met[i - 1].index]}, which follows it in the document`, name));
    if (!m.ring) out.push(finding('ring', `no focus ring of ${RING} px that stands out 3:1`, name));
    if (m.cover) out.push(finding('covered', `covered by ${m.cover} while it has the focus`, name));
  });
  return out;
}
