/**
 * `npm run bench:inputs [-- --files N]`: the fingerprint of a folder against `find -printf` over the same folder, in turn in the same
 * run, as a ratio. The folder has 1,000 files in each of its folders, and is in the cache of the system.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { fingerprintInput } from '../src/app/inputs/fingerprint-input.ts';
import { costOnce, medianCost, report, type Cost, type Figure } from './measure.ts';

const { values } = parseArgs({ options: { files: { type: 'string', default: '100000' } } });
const [FOLDER_SIZE, ROUNDS, GOAL] = [1000, 5, 3];
const root = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const path = join(root, 'data');

async function costOfFingerprint(): Promise<Cost> {
  const [begunMs, before] = [performance.now(), process.cpuUsage()];
  await fingerprintInput({ root }, { path, hash: 'listing', limit: 600 });
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - begunMs, cpuMs: (user + system) / 1000 };
}

/** What is not asked for costs find nothing: these are the facts that a fingerprint has. */
const FIND = ['find', path, '-printf', String.raw`%P %s %T@\n`];

try {
  for (let i = 0; i < Number(values.files); i += 1) {
    const folder = join(path, `part_${Math.floor(i / FOLDER_SIZE)}`);
    if (i % FOLDER_SIZE === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `image_${i}.jpg`), String(i));
  }
  const [ours, theirs]: [Cost[], Cost[]] = [[], []];
  for (let i = 0; i < ROUNDS; i += 1) {
    theirs.push(costOnce(FIND));
    ours.push(await costOfFingerprint());
  }
  const [own, peer] = [medianCost(ours), medianCost(theirs)];
  const ratio = own.wallMs / peer.wallMs;
  const figure: Figure = {
    what: `fingerprint of ${values.files} files against find -printf (${peer.wallMs.toFixed(0)} ms, CPU ${peer.cpuMs.toFixed(0)})`,
    measured: `${ratio.toFixed(2)} × (CPU ${(own.cpuMs / peer.cpuMs).toFixed(2)} ×; ${own.wallMs.toFixed(0)} ms, CPU ${own.cpuMs.toFixed(0)})`,
    goal: `≤ ${GOAL} ×`,
    ok: ratio <= GOAL,
  };
  report([figure]);
  process.exitCode = figure.ok ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
