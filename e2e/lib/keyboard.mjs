// A keyboard, for who has no mouse: what has the focus is told by the name that a screen reader says.

const MOST = 600; // presses; the longest page has a third of it

const sessions = new WeakMap(); // of pages with the browser

// focus is what has the focus: its name and role as assistive technology is told them, and whether Enter on it leads away.
export async function focus(page) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  const cdp = sessions.get(page), {result} = await cdp.send('Runtime.evaluate', {expression: 'document.activeElement'});
  const [{nodes: [node]}, element] = await Promise.all([
    cdp.send('Accessibility.getPartialAXTree', {objectId: result.objectId, fetchRelatives: false}),
    page.evaluate(() => {
      const e = document.activeElement;
      return {body: e === document.body, leads: e.matches('a[href]:not([download]), button[type=submit], form input:not([type=checkbox], [type=radio], [type=file])')};
    }),
  ]);
  return {...element, name: plain(node.name?.value || ''), role: node.role?.value};
}

// named tells whether a name has the words, or with = before them, is the words.
const named = (name, words) => words.startsWith('=') ? name === words.slice(1) : name.includes(words);

// tab presses Tab until what has the focus has the name; it gives up after a round of the page.
export async function tab(page, name) {
  const seen = [];
  let rounds = 0;
  for (let i = 0; i < MOST && rounds < 2; i++) {
    await page.keyboard.press('Tab');
    const now = await focus(page);
    if (now.body) { rounds++; continue; } // behind the last element the focus goes to the browser, and comes round again
    if (named(now.name, name)) return;
    seen.push(now.name);
  }
  throw new Error(`Tab never leads there, but to ${[...new Set(seen)].join(' | ').slice(0, 600) || 'nothing'}`);
}

// arrow goes through the choices of a group until one has the name.
export async function arrow(page, name) {
  const first = await focus(page);
  if (first.role !== 'radio') throw new Error(`the focus is on ${first.role} “${first.name}”, which arrows do not lead on from`);
  for (let now = first, i = 0; i < 50; i++) {
    if (named(now.name, name)) {
      if (!await page.evaluate(() => document.activeElement.checked)) await page.keyboard.press('Space');
      return;
    }
    await page.keyboard.press('ArrowDown');
    now = await focus(page);
  }
  throw new Error(`no choice beside “${first.name}” has that name`);
}

const plain = s => s.replace(/\s+/g, ' ').trim();
