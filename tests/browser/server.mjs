// server.mjs - a city of one's own for a journey: fresh data, a free port, ended by its own process id.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const START_MS = 15_000;
const STOP_MS = 10_000;

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const built = path.join(root, 'build/madoguchi');

function finished(child, what) {
  let text = '';
  child.stderr.on('data', (piece) => (text += piece));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${what} ended with ${code}\n${text}`))));
  });
}

/** A free TCP port of 127.0.0.1. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A morning in the middle of a working week: every run sees the same city, on every machine. */
export const NOW = '2026-12-02 09:20:00';
const libraries = ['/usr/lib', '/usr/lib64'].filter(existsSync).flatMap((lib) => [lib, ...readdirSync(lib).map((d) => path.join(lib, d))]);
const faketime = libraries.map((dir) => path.join(dir, 'faketime/libfaketimeMT.so.1')).find(existsSync);
if (!faketime) throw new Error('libfaketime is missing: apt-get install faketime');

/** Environment in which a program reads its wall clock from the file `clock`; intervals stay true. */
function atTime(clock) {
  return { ...process.env, TZ: 'Asia/Tokyo', LD_PRELOAD: faketime, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_CACHE_DURATION: '1',
    // Without the last one every timed wait of the server ends at once, and it runs in circles.
    FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_FORCE_MONOTONIC_FIX: '0' };
}

let template; // a promise: the demo city is made once and copied for each journey

async function makeTemplate(args) {
  const dir = await mkdtemp(path.join(tmpdir(), 'madoguchi-demo-'));
  const clock = path.join(dir, 'clock');
  await writeFile(clock, `@${NOW}\n`);
  await finished(spawn(built, ['demo', '--data', path.join(dir, 'city'), ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], env: atTime(clock) }), 'demo');
  return dir;
}

/** Remove what startServer made for all servers. */
export async function forgetTemplate() {
  if (template) await rm(await template, { recursive: true, force: true });
  template = undefined;
}

async function answers(url, child) {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null) return false;
    try {
      if ((await fetch(url, { redirect: 'manual' })).status < 500) return true;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

function stopper(child, dir) {
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(late);
    }
    await rm(dir, { recursive: true, force: true });
  };
}

/**
 * Serve a fresh demo city.  demo: more arguments for `madoguchi demo` (the first call decides);
 * serve: more for `madoguchi serve`; program: another than build/madoguchi.  Returns { url, dir, pid, log(), setTime('2026-12-03 16:30:00'), stop() }.
 */
export async function startServer({ demo = [], serve = [], program = built } = {}) {
  template ??= makeTemplate(demo);
  const dir = await mkdtemp(path.join(tmpdir(), 'madoguchi-city-'));
  const data = path.join(dir, 'city');
  await cp(path.join(await template, 'city'), data, { recursive: true });
  const port = await freePort();
  const clock = path.join(dir, 'clock');
  // The library looks at the file when more than a whole second has gone by; the server's own Date says when it has.
  const setTime = async (at) => {
    const wanted = Date.parse(`${at.replace(' ', 'T')}+09:00`);
    await writeFile(clock, `@${at}\n`);
    for (let i = 0; i < 100; i += 1) {
      const { headers } = await fetch(`${url}/sign-in`, { method: 'HEAD' });
      if (Math.abs(Date.parse(headers.get('date')) - wanted) < 60_000) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server's clock does not come to ${at}`);
  };
  await writeFile(clock, `@${NOW}\n`);
  const child = spawn(program, ['serve', '--data', data, '--port', String(port), ...serve],
    { stdio: ['ignore', 'ignore', 'pipe'], env: atTime(clock) });
  let log = '';
  child.stderr.on('data', (piece) => (log += piece));
  const url = `http://127.0.0.1:${port}`;
  const stop = stopper(child, dir);
  if (!(await answers(`${url}/`, child))) {
    await stop();
    throw new Error(`madoguchi serve does not answer on port ${port}\n${log}`);
  }
  return { url, dir: data, pid: child.pid, log: () => log, setTime, stop };
}
