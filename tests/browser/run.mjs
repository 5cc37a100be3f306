// run.mjs - every *.journey.mjs, scripts off and on, at 320 and 1280 px.
//   node run.mjs [PART OF A NAME…]
// A journey exports default async (walker, city) and may export `options` for startServer.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { checkControls } from './controls.mjs';
import { readFile } from 'node:fs/promises';
import { report } from './report.mjs';
import { openBrowser, startServer, Walker } from './lib.mjs';
import { selftest } from './selftest.mjs';
import { forgetTemplate } from './server.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const wanted = process.argv.slice(2).filter((word) => !['short', 'long', 'soak'].includes(word));
const long = process.argv.some((word) => word === 'long' || word === 'soak');
const ALL = [[false, 320], [false, 1280], [true, 320], [true, 1280]];
const SOME = [[false, 320], [true, 1280]]; // in the short programme, for journeys that say `export const ways = 'some'`
const WORKERS = 2; // at once; each has a city of its own
const sum = { passed: 0, failed: 0 };

/** Walk one journey; with a program of its own it ends at the first fault. */
async function walk(browser, file, js, width, program) {
  const name = file.replace('.journey.mjs', '');
  const journey = await import(path.join(here, file));
  let city;
  let walker;
  try {
    city = await startServer({ ...journey.options, program });
    walker = await Walker.open(browser, { origin: city.url, js, width, name: program ? `control-${name}` : name });
    walker.hasty = Boolean(program);
    await journey.default(walker, city);
  } catch (error) {
    if (walker) await walker.picture('stopped').catch(() => {});
    (walker ??= { passed: 0, failed: 0, faults: [], close() {} }).failed += 1;
    walker.faults.push(`stopped: ${error.message}`);
  } finally {
    await walker.close();
    if (city) await city.stop();
  }
  return walker;
}

async function run(browser, file, js, width) {
  const started = Date.now();
  const walker = await walk(browser, file, js, width);
  const label = `${file.replace('.journey.mjs', '')} js=${js ? 'on' : 'off'} ${width} px`;
  sum.passed += walker.passed;
  sum.failed += walker.failed;
  console.log(`${walker.failed ? 'FAIL' : 'ok  '} ${label}: ${walker.passed} passed, ${walker.failed} failed, ${Date.now() - started} ms`);
  for (const fault of walker.faults) console.log(`  ${fault}`);
}

const browser = await openBrowser();
try {
  if (wanted.length === 0) {
    const self = await selftest(browser);
    console.log(`${self.failed ? 'FAIL' : 'ok  '} selftest: ${self.passed} passed, ${self.failed} failed`);
    sum.passed += self.passed;
    sum.failed += self.failed;
  }
  const published = await readFile(path.join(here, '../../docs/accessibility.md'), 'utf8');
  const same = published === (await report());
  console.log(`${same ? 'ok  ' : 'FAIL'} report: docs/accessibility.md is what the journeys check (node tests/browser/report.mjs > docs/accessibility.md)`);
  sum[same ? 'passed' : 'failed'] += 1;
  const files = (await readdir(here)).filter((f) => f.endsWith('.journey.mjs') && (wanted.length === 0 || wanted.some((w) => f.includes(w)))).sort();
  const todo = [];
  for (const file of files) {
    const { ways } = await import(path.join(here, file));
    for (const [js, width] of ways === 'some' && !long ? SOME : ALL) todo.push([file, js, width]);
  }
  const worker = async () => { for (let one = todo.shift(); one; one = todo.shift()) await run(browser, ...one); };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  if (wanted.length === 0 || wanted.includes('controls')) {
    const found = await checkControls(async (...way) => (await walk(browser, ...way)).faults);
    sum.passed += found.passed;
    sum.failed += found.failed;
  }
} finally {
  await browser.close();
  await forgetTemplate();
}
console.log(`${sum.passed} passed, ${sum.failed} failed, 0 skipped`);
process.exit(sum.failed > 0 ? 1 : 0);
