// Journeys: short scripts in the reader's words, one command a line (README.md lists them). They are done with what a
// person perceives, roles and names, never with selectors, so a journey also tells that a page can be used at all.
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {code, secretIn, step} from './authenticator.mjs';
import {arrow, focus, tab} from './keyboard.mjs';
import {keysIn} from './words.mjs';

const PATIENCE = 15_000; // a slow machine under load; only a failure takes that long
const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

// parse reads a journey: [{line, verb, rest}]. Empty lines and lines that begin with # are for people; “do filed.steps” stands
// for the lines of that file.
export function parse(file) {
  return commands(readFileSync(file, 'utf8')).flatMap(command => command.verb !== 'do' ? command
    : parse(join(dirname(file), command.rest)).map(c => ({...c, line: `${command.line}, ${command.rest} ${c.line}`})));
}

function commands(text) {
  return text.split('\n').map((raw, i) => ({raw: raw.trim(), line: i + 1})).filter(({raw}) => raw && !raw.startsWith('#')).map(({raw, line}) => {
    const [, verb, rest] = raw.match(/^(\S+)\s*(.*)$/s);
    if (verb !== 'do' && !VERBS[verb]) throw new Error(`line ${line}: “${verb}” is no command; there are ${Object.keys(VERBS).join(', ')}`);
    return {line, verb, rest};
  });
}

// alone tells whether a journey does to the server what others must not notice.
export const alone = file => parse(file).some(({verb}) => ['later', 'staff', 'sweep'].includes(verb));

// run does a journey: phone(noise) opens a page on another phone, which notes in noise what a page should not do. It stops at
// the first command that cannot be done and says which.
export async function run(file, phone, base) {
  const noise = [], state = {base, page: null, answer: null, phones: new Map(), kept: {}, own: new Map()};
  state.take = async nth => {
    if (!state.phones.has(nth)) {
      const page = await phone(noise);
      page.setDefaultTimeout(PATIENCE);
      page.on('response', r => { if (r.request().isNavigationRequest() && (r.status() < 300 || r.status() >= 400)) state.answer = r; });
      state.phones.set(nth, page);
    }
    state.page = state.phones.get(nth);
    state.whose = nth;
  };
  await state.take('1');
  for (const {line, verb, rest} of parse(file)) {
    const fail = why => Object.assign(new Error(''), {stack: `line ${line}: ${verb} ${rest}\n${why}\non ${state.page.url().replace(base, '')}`});
    try {
      const [name, nth] = numbered(verb === 'keep' ? rest : recalled(rest, state));
      await VERBS[verb](state, name, nth);
      if (MOVES.includes(verb)) await fits(state);
    } catch (e) {
      throw fail(e.message.split('\n').slice(0, 6).join('\n'));
    }
    if (noise.length) throw fail(noise.map(n => `${n.what}: ${n.where}`).join('\n'));
  }
}

// recalled puts what was kept in the place of its {name}: what is this phone's own, such as who uses it, goes before the rest.
function recalled(rest, state) {
  const kept = {...state.kept, ...state.own.get(state.whose)};
  return rest.replace(/\{(\w+)\}/g, (_, name) => {
    if (!(name in kept)) throw new Error(`nothing was kept as “${name}”`);
    return kept[name];
  });
}

const own = (state, what) => state.own.set(state.whose, {...state.own.get(state.whose), ...what});

// fits: whatever she is led to, she need not push it sideways, and it speaks in words: no key stands where the catalogue has none.
async function fits({page}) {
  const [over, text] = await page.evaluate(() => [document.documentElement.scrollWidth - document.documentElement.clientWidth, document.body.innerText]), [key] = keysIn(text);
  if (over > 0) throw new Error(`the page is ${over} px wider than the phone`);
  if (key) throw new Error(`the page says ${key}`);
}

// “follow 更多 #2” means the second of that name.
function numbered(rest) {
  const found = rest.match(/^(.*?)\s+#(\d+)$/);
  return found ? [found[1], +found[2]] : [rest, 0];
}

// the returns the one element of a role and name; the exact name goes before one that only contains the words.
async function the({page}, role, name, nth) {
  const exact = page.getByRole(role, {name, exact: true}), loose = page.getByRole(role, {name});
  const found = await exact.count() ? exact : loose, n = await found.count();
  if (!n) throw new Error(`there is no ${role} “${name}”`);
  if (n > 1 && !nth) throw new Error(`there are ${n} of ${role} “${name}”: say which, as in “${name} #2”`);
  if (nth > n) throw new Error(`there are only ${n} of ${role} “${name}”`);
  return found.nth(Math.max(0, nth - 1));
}

// leave does what makes the browser ask for a page, and waits until that page is there.
async function leave(state, act) {
  const {page} = state, before = await page.evaluate(() => performance.timeOrigin), from = page.url();
  await act();
  await page.waitForFunction(([origin, url]) => performance.timeOrigin !== origin || location.href !== url, [before, from], {polling: 50});
  await page.waitForLoadState('load');
  const place = placeOf(page);
  // A browser carries a form's place over to where it is sent on, to a page that asks for something else first, and to the step after
  // a form; such a page has no such place and is shown from its top, as it should be.
  const {answer} = state, carried = !answer || answer.status() === 401 || answer.request().redirectedFrom() || answer.status() === 200 && answer.request().method() === 'POST';
  if (place && !carried && !await page.evaluate(id => Boolean(document.getElementById(id)), place)) throw new Error(`leads to #${place}, and nothing there has that id`);
}

const placeOf = page => decodeURIComponent(new URL(page.url()).hash.slice(1));

async function settle(what, get, good) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await get();
    if (good(value)) return;
    if (Date.now() > end) throw new Error(`${what}: ${value.length > 300 ? `${value.slice(0, 300)} …` : value || 'nothing'}`);
    await new Promise(done => setTimeout(done, 50));
  }
}

const plain = s => s.replace(/\s+/g, ' ').trim();
const words = async ({page}) => plain(await page.locator('body').innerText());

// tell asks the server for what no page does; without what it only asks.
async function tell({base}, lever, what) {
  const answer = await fetch(`${base}/-/${lever}`, what && {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(what)});
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the server answers ${answer.status}: ${text}`);
  return text;
}

// beside is what stands beside a term.
async function beside({page}, term) {
  const terms = page.getByRole('term'), all = (await terms.allInnerTexts()).map(plain), at = all.indexOf(term);
  if (at < 0) throw new Error(`there is no term “${term}”, but ${all.join(', ') || 'none'}`);
  return plain(await terms.nth(at).locator('xpath=following-sibling::dd[1]').innerText());
}

const MOVES = ['open', 'follow', 'press', 'double', 'back'];

const VERBS = {
  async open(state, address) { await state.page.goto(state.base + address); },
  async follow(state, name, nth) { const link = await the(state, 'link', name, nth); await leave(state, () => link.click()); },
  async press(state, name, nth) { const button = await the(state, 'button', name, nth); await leave(state, () => button.click()); },
  // Two clicks as fast as a hand can, on a button that leads away.
  async double(state, name, nth) { const button = await the(state, 'button', name, nth); await leave(state, () => button.dblclick()); },
  async back({page}) { await page.goBack(); },
  // Another phone, that knows nothing of the first; or back to the first.
  async phone(state, nth) { await state.take(nth); },
  // keep 编号 as number: what stands beside a term, for {number} in a later line.
  async keep(state, rest) {
    const [, term, name] = rest.match(/^(.*) as (\w+)$/);
    state.kept[name] = await beside(state, term);
  },
  // reads 最晚 = 12月4日: what stands beside a term has the words.
  async reads(state, rest) {
    const [term, text] = rest.split(/\s*=\s*/, 2), is = await beside(state, term);
    if (!is.includes(plain(text))) throw new Error(`beside “${term}” stands ${is}`);
  },
  async attach({page}, rest) { const [label, file] = rest.split(/\s*=\s*/, 2); await page.getByLabel(label, {exact: true}).setInputFiles(FIXTURES + file); },
  // The server's clock: later 3 days.
  async later(state, rest) {
    const [n, unit] = rest.split(' '), hours = {hour: 1, day: 24}[unit.replace(/s$/, '')];
    await tell(state, 'clock', {add: hours ? `${n * hours}h` : `${n}m`});
  },
  // below 给您的消息 = TEXT: what stands below a heading, as far as the next, has the words.
  async below(state, rest) {
    const [name, text] = rest.split(/\s*=\s*/, 2), heading = await the(state, 'heading', name, 0);
    const is = plain(await heading.evaluate(h => {
      const found = [];
      for (let e = h.nextElementSibling; e && !/^H[1-6]$/.test(e.tagName); e = e.nextElementSibling) found.push(e.innerText);
      return found.join(' ');
    }));
    if (!is.includes(plain(text))) throw new Error(`below “${name}” stands ${is.slice(0, 300)}`);
  },
  // What is due by now happens by itself, as it does again and again at a server that nobody tests.
  async sweep(state) { await tell(state, 'sweep', {}); },
  // staff officer 王敏, staff handler 李强 of FIRM: an account for who has this phone, with the link that opens it once.
  async staff(state, rest) {
    const [, role, name, firm = ''] = rest.match(/^(\w+) (.*?)(?: of (.*))?$/);
    own(state, {name, link: await tell(state, 'staff', {role, name, firm})});
  },
  // The authenticator of this phone takes the secret that stands in a line of the page.
  async authenticator(state, line) { own(state, {secret: secretIn(plain(await state.page.getByRole('listitem').filter({hasText: line}).innerText()))}); },
  // The code of now, into a field or where the focus is. A code is taken once: two within half a minute of the server's time cannot be.
  async code(state, label) {
    const {secret, used} = state.own.get(state.whose), now = step(Date.parse(await tell(state, 'clock')) / 1000);
    if (now === used) throw new Error('this code was used: move the clock on');
    own(state, {used: now});
    await (label ? state.page.getByLabel(label, {exact: true}).fill(code(secret, now)) : state.page.keyboard.type(code(secret, now)));
  },
  // The keyboard: Tab until something has that name, a choice by the arrows, a key, a text.
  tab: ({page}, name) => tab(page, name),
  arrow: ({page}, name) => arrow(page, name),
  async key(state, key) {
    const act = () => state.page.keyboard.press(key), on = await focus(state.page);
    if (!on.leads || !['Enter', 'Space'].includes(key) || key === 'Space' && on.role !== 'button') return act();
    await leave(state, act);
    await fits(state);
  },
  async type({page}, text) { await page.keyboard.type(text); },
  // A link that dials the number in its name.
  async dials(state, name, nth) {
    const is = await (await the(state, 'link', name, nth)).getAttribute('href');
    if (is !== `tel:${name.match(/[\d-]+/)[0]}`) throw new Error(`it leads to ${is}`);
  },
  // A choice is made by its label, as a finger does it.
  async choose(state, name, nth) { await press(await choice(state, name, nth), true); },
  async uncheck(state, name, nth) { await press(await the(state, 'checkbox', name, nth), false); },
  async fill(state, rest) {
    const [label, value] = rest.split(/\s*=\s*/, 2), {page} = state;
    await page.getByLabel(label, {exact: true}).or(page.getByRole('searchbox', {name: label, exact: true})).first().fill(value);
  },
  async select(state, rest) { const [label, value] = rest.split(/\s*=\s*/, 2); await state.page.getByLabel(label, {exact: true}).selectOption({label: value}); },
  async unfold({page}, summary, nth) { await page.locator('summary').filter({hasText: summary}).nth(Math.max(0, nth - 1)).click(); },
  async see(state, text) { await settle(`“${text}” is not to be seen in`, () => words(state), seen => seen.includes(plain(text))); },
  async absent(state, text) { const seen = await words(state); if (seen.includes(plain(text))) throw new Error(`“${text}” is to be seen`); },
  async heading({page}, text) { await settle('the heading is', async () => plain(await page.locator('h1').innerText()), h => h.includes(text)); },
  async title({page}, text) { await settle('the title is', () => page.title(), t => t.includes(text)); },
  // The place the address points at: its words, seen without scrolling.
  async lands({page}, text) {
    await settle(`#${placeOf(page)} in view is`, () => page.evaluate(id => {
      const e = document.getElementById(id), box = e?.getBoundingClientRect();
      return box && box.top > -1 && box.top < innerHeight ? e.innerText : '';
    }, placeOf(page)), seen => plain(seen).includes(plain(text)));
  },
  async focused({page}, name) { await settle('the focus is on', () => page.evaluate(() => { const e = document.activeElement; return [...e.labels || []].map(l => l.innerText).join(' ') || e.innerText; }), seen => plain(seen).includes(plain(name))); },
  async typed({page}, rest) { const [label, value] = rest.split(/\s*=\s*/, 2); await settle('the field has', () => page.getByLabel(label, {exact: true}).inputValue(), has => has === value); },
  async status(state, code) { if (state.answer?.status() !== +code) throw new Error(`the answer was ${state.answer?.status()}`); },
  async at(state, path) { await settle('the address is', async () => state.page.url().slice(state.base.length), at => at === path); },
  async chosen(state, name, nth) { if (!await (await choice(state, name, nth)).isChecked()) throw new Error('it is not chosen'); },
  // <size>.<theme>.<language>, as the settings are kept
  async settings({page}, value) {
    const now = (await page.context().cookies()).find(c => c.name === '__Host-settings')?.value;
    if (now !== value) throw new Error(`the settings are ${now}`);
  },
  async ground({page}, wanted) {
    const is = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).every(n => n < 96) ? 'dark' : 'light');
    if (is !== wanted) throw new Error(`the ground is ${is}`);
  },
  // The size of the reader's text in px, as the browser shows it.
  async size({page}, px) { const is = await page.evaluate(() => getComputedStyle(document.body).fontSize); if (parseFloat(is) !== +px) throw new Error(`the text is ${is}`); },
};

async function press(input, wanted) {
  if (await input.isChecked() === wanted) return;
  const label = (await input.evaluateHandle(e => e.labels[0] || e)).asElement();
  await label.click();
  if (await input.isChecked() !== wanted) throw new Error(`a press on its label leaves it ${wanted ? 'unchosen' : 'chosen'}`);
}

async function choice(state, name, nth) {
  try { return await the(state, 'radio', name, nth); } catch (e) {
    if (!/there is no/.test(e.message)) throw e;
    return the(state, 'checkbox', name, nth).catch(() => { throw new Error(`there is no radio or check box “${name}”`); });
  }
}
