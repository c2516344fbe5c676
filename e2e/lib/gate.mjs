// The page gate: one address in every load and look, each with its checks.
import {CHECKS} from './checks.mjs';
import {finding, told} from './finding.mjs';
import {call, enter} from './inpage.mjs';
import {LOADS, LOOKS, TIERS} from './looks.mjs';

// gate returns the findings and the ARIA snapshot of the page as a phone shows it first.
export async function gate(bench, address, tier = 'full') {
  const name = address.name ? `${address.url} (${address.name})` : address.url;
  const out = [];
  let snapshot = '', words = [];
  for (const load of Object.keys(TIERS[tier])) {
    const {page, noise, answer} = await bench.open(load, address);
    const redirected = address.status >= 300 && address.status < 400;
    if (answer.status() !== (redirected ? 200 : address.status)) out.push(...told(name, load, [finding('status', `${answer.status()} instead of ${address.status}`)]));
    await enter(page);
    if (load === 'standard') {
      words = await call(page, 'words');
      snapshot = await page.locator('body').ariaSnapshot();
    }
    // The words behind a summary are checked too; without script they are compared as they lie.
    if (LOADS[load].script !== false) await call(page, 'openDetails');
    for (const [look, checks] of Object.entries(TIERS[tier][load])) {
      await bench.show(page, LOOKS[look]);
      await call(page, 'rest');
      const mode = [load, look].filter(m => m !== 'standard' && m !== 'light').join(' ') || 'light';
      for (const check of checks) out.push(...told(name, mode, await CHECKS[check](page, {target: LOADS[load].target, words})));
    }
    out.push(...told(name, load, noise.map(n => finding('quiet', n.what, n.where))));
  }
  return {findings: out, snapshot};
}
