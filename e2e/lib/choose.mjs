// Which addresses make test opens in the browser: of each template and language the page with the longest HTML, which
// has the most that can go wrong, and all states. make gate opens every page.
import {ask} from './http.mjs';

export async function longest(site) {
  const best = new Map();
  for (const address of site.addresses.pages) {
    if (address.status !== 200) continue;
    const answer = await ask(site.base + address.url);
    if (answer.type !== 'text/html') continue;
    const key = `${address.page} ${address.lang}`, size = answer.body.length;
    // Of two as long the first by address, so that the choice does not hang on the router's order.
    const now = best.get(key);
    if (!now || size > now.size || size === now.size && address.url < now.address.url) best.set(key, {address, size});
  }
  return [...best.values()].map(b => b.address);
}

// fullest are the states that make test looks at in every way: of each template the longest, in simplified characters, which
// are as wide as traditional ones, and in English. Of the error pages, which have one template, it is the page that is missing.
export async function fullest(site) {
  const best = new Map();
  for (const state of site.addresses.states) {
    if (state.lang === 'zh-Hant' || state.page === 'error' && state.name !== 'error-missing-page') continue;
    const key = `${state.page} ${state.lang}`, {body} = await ask(site.base + state.url, state);
    if (!best.has(key) || body.length > best.get(key).size) best.set(key, {state, size: body.length});
  }
  return [...best.values()].map(b => b.state);
}
