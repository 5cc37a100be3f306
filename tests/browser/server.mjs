// server.mjs - a city of one's own for a journey: fresh data, a free port, ended by its own process id.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const START_MS = 15_000;
const STOP_MS = 10_000;

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const program = path.join(root, 'build/madoguchi');

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

let template; // a promise: the demo city is made once and copied for each journey

async function makeTemplate(args) {
  const dir = await mkdtemp(path.join(tmpdir(), 'madoguchi-demo-'));
  await finished(spawn(program, ['demo', '--data', path.join(dir, 'city'), ...args], { stdio: ['ignore', 'ignore', 'pipe'] }), 'demo');
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
 * serve: more for `madoguchi serve`.  Returns { url, dir, pid, log(), stop() }.
 */
export async function startServer({ demo = [], serve = [] } = {}) {
  template ??= makeTemplate(demo);
  const dir = await mkdtemp(path.join(tmpdir(), 'madoguchi-city-'));
  const data = path.join(dir, 'city');
  await cp(path.join(await template, 'city'), data, { recursive: true });
  const port = await freePort();
  const child = spawn(program, ['serve', '--data', data, '--port', String(port), ...serve], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (piece) => (log += piece));
  const url = `http://127.0.0.1:${port}`;
  const stop = stopper(child, dir);
  if (!(await answers(`${url}/`, child))) {
    await stop();
    throw new Error(`madoguchi serve does not answer on port ${port}\n${log}`);
  }
  return { url, dir: data, pid: child.pid, log: () => log, stop };
}
