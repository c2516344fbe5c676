// An authenticator: what the app on somebody's telephone shows (RFC 6238 with SHA-1, 30 seconds, 6 digits, as server/account has it).
import {createHmac} from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', PERIOD = 30;

// secretIn finds in a text the secret that is shown to be typed: groups of four.
export function secretIn(text) {
  const found = text.match(/\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b/);
  if (!found) throw new Error('no secret is shown there');
  return found[0].replaceAll(' ', '');
}

// step is which code it is at a time in seconds.
export const step = seconds => Math.floor(seconds / PERIOD);

// code is that of a step.
export function code(secret, step) {
  const bits = [...secret].map(c => BASE32.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2))), counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const sum = createHmac('sha1', key).update(counter).digest(), at = sum.at(-1) & 0xf;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}
