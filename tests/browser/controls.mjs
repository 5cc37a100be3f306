// controls.mjs - programs with a planted mistake (controls/*.sh): a journey must turn red, and for that reason.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './server.mjs';

const dir = path.join(root, 'build/tests/browser/controls');
const controls = [
  { name: 'value_lost', file: 'firm.journey.mjs', js: false, width: 1280, wanted: /nothing typed is lost/ },
  { name: 'scripts_only', file: 'keyboard.journey.mjs', js: false, width: 1280, wanted: /booked without a mouse/ },
  { name: 'acts_again', file: 'twice.journey.mjs', js: false, width: 1280, wanted: /the act is done once/ },
  { name: 'small_button', file: 'public.journey.mjs', js: true, width: 320, wanted: /target: .* 40 px/ },
];

/** Run each; returns { passed, failed }.  walk(file, js, width, program) gives the faults of one journey. */
export async function checkControls(walk) {
  const sum = { passed: 0, failed: 0 };
  await Promise.all(controls.map(async ({ name, file, js, width, wanted }) => {
    const program = path.join(dir, `control_${name}`);
    const faults = existsSync(program) ? await walk(file, js, width, program) : [];
    const found = faults.some((fault) => wanted.test(fault));
    sum[found ? 'passed' : 'failed'] += 1;
    console.log(`${found ? 'ok  ' : 'FAIL'} control ${name}: ${found ? 'found' : `not found${existsSync(program) ? '' : ', not built'}: ${faults.join(' | ')}`}`);
  }));
  return sum;
}
