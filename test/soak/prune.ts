import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examine, examinePruned, LOCAL, makeProject, must, sheaf, type Folder } from '../crash/campaign.ts';
import type { Verdict } from '../support/local-crash.ts';

const EXPERIMENTS = ['a', 'b'] as const;
const PRUNE = ['checkpoints', 'prune', '--yes'] as const;

/** What there is of an experiment. */
interface Saved {
  readonly expId: string;
  /** The last step of a checkpoint. */
  last: number;
  /** Name → step. */
  readonly pins: Map<string, number>;
  /** Steps that another experiment starts from. */
  readonly starts: readonly number[];
}

/**
 * Kills `sheaf checkpoints prune` at random moments, while others pin checkpoints and new ones appear. What is pinned,
 * started from or newest is there after each kill; at the end, what is gone is what the record says was deleted.
 */
export async function prunedAtRandom(kills: number, random: () => number): Promise<Verdict> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-prune-'));
  const folder = makeProject(join(outer, 'project'), LOCAL);
  for (const expId of EXPERIMENTS)
    await must(folder, ['new', '--exp-id', expId, '--template', 'ck', '--description', 'd']);
  await must(folder, ['submit', ...EXPERIMENTS, '--yes', '--wait']);
  await must(folder, ['new', '--exp-id', 'c', '--template', 'ck', '--description', 'd', '--start-from', 'a@2']);
  const all = EXPERIMENTS.map((expId): Saved => ({
    expId,
    last: 5,
    pins: new Map(),
    starts: expId === 'a' ? [2] : [],
  }));
  const begun = performance.now();
  await must(folder, PRUNE);
  const wholeMs = performance.now() - begun;

  const failures: string[] = [];
  let struck = 0;
  while (struck < kills && failures.length === 0) {
    for (const saved of all) saveMore(folder, saved);
    const pinning = random() < 0.5 ? pinOne(folder, all[Math.floor(random() * all.length)], struck, random) : undefined;
    const { signal, status, stderr } = await sheaf(folder, PRUNE, {}, wholeMs * (0.2 + random()));
    await pinning;
    if (signal === 'SIGKILL') struck += 1;
    else if (status !== 0) failures.push(`prune ended with ${status}: ${stderr}`);
    failures.push(...all.flatMap((saved) => listLost(folder, saved)).map((what) => `after ${struck} kills: ${what}`));
  }
  await must(folder, PRUNE);
  for (const { expId, last, pins, starts } of all) {
    const wrong = await examinePruned(folder, expId, { needed: [...pins.values(), ...starts, last], all: last });
    if (wrong !== undefined) failures.push(wrong);
  }
  const wrong = await examine(folder);
  if (wrong !== undefined) failures.push(wrong);
  if (failures.length === 0) rmSync(outer, { recursive: true, force: true });
  return { struck, failures };
}

function fileOf({ root }: Folder, { expId }: Saved, step: number): string {
  return join(root, 'experiments', expId, 'attempts/train-1', `ck_${step}.pt`);
}

/** As a run would have done, of which the record says that it has ended. */
function saveMore(folder: Folder, saved: Saved): void {
  for (let i = 0; i < 3; i += 1) {
    saved.last += 1;
    writeFileSync(fileOf(folder, saved, saved.last), `${saved.last}\n`);
  }
}

/** Gives a name to one of the checkpoints that may be on their way out. */
async function pinOne(folder: Folder, saved: Saved | undefined, i: number, random: () => number): Promise<void> {
  if (saved === undefined) return;
  const step = saved.last - Math.floor(random() * 3);
  const { status } = await sheaf(folder, ['checkpoints', 'pin', saved.expId, `${step}`, '--as', `pin-${i}-${step}`]);
  if (status === 0) saved.pins.set(`pin-${i}-${step}`, step);
}

function listLost(folder: Folder, saved: Saved): string[] {
  const needed = [...saved.pins.values(), ...saved.starts, saved.last];
  const lost = needed.filter((step) => !existsSync(fileOf(folder, saved, step)));
  return lost.length === 0 ? [] : [`${saved.expId} lost what is needed: step ${lost.join(', ')}`];
}
