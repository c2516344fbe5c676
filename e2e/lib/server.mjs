// The site under test: starts e2e/testserver, learns its address from the one line it prints, and ends it.
// The server lives as long as its stdin is open, so it goes when this process goes, however that happens.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE = 180_000; // a first `go run` compiles everything

// start returns {base, addresses, stop}; addresses is the list that the server makes from its router, where it is wanted.
export async function start({list = true} = {}) {
  const binary = process.env.ANXIN_TESTSERVER;
  const child = binary
    ? spawn(binary, [], {stdio: ['pipe', 'pipe', 'inherit']})
    : spawn('go', ['run', './e2e/testserver'], {cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit']});
  const ended = once(child, 'exit');
  ended.catch(() => {}); // a spawn error is told by listening
  child.stdin.on('error', () => {}); // it may be gone before we close it
  try {
    const base = await listening(child, binary || 'go run ./e2e/testserver');
    if (!list) return {base, stop: () => stop(child, ended)};
    const answer = await fetch(base + '/-/addresses');
    if (!answer.ok) throw new Error(`/-/addresses answers ${answer.status}`);
    return {base, addresses: complete(await answer.json()), stop: () => stop(child, ended)};
  } catch (e) {
    await stop(child, ended);
    throw e;
  }
}

function complete(list) {
  return {pages: [], states: [], gallery: [], planted: [], ...list};
}

function listening(child, name) {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`${name} printed no address within ${PATIENCE / 1000} s`)), PATIENCE);
    child.once('error', e => fail(new Error(`${name} does not start: ${e.message}`)));
    child.once('exit', code => fail(new Error(`${name} ended with ${code} before it listened`)));
    createInterface({input: child.stdout}).on('line', line => {
      const found = line.match(/^listening (http:\/\/127\.0\.0\.1:\d+)\/?$/);
      if (found) { clearTimeout(timer); done(found[1]); }
    });
    child.once('exit', () => clearTimeout(timer));
  });
}

async function stop(child, ended) {
  if (child.exitCode !== null || child.signalCode || !child.pid) return;
  child.stdin.end();
  const term = setTimeout(() => child.kill('SIGTERM'), 3000);
  const kill = setTimeout(() => child.kill('SIGKILL'), 8000);
  await ended;
  clearTimeout(term);
  clearTimeout(kill);
}
