import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProject } from '../../src/app/project/project.ts';
import { takeRound } from '../../src/app/search/take-round.ts';
import type { EventBody } from '../../src/core/experiment/event.ts';
import { asKey, asToken, parseExpId } from '../../src/core/ids.ts';
import type { StopRule } from '../../src/core/search/index.ts';
import { measureCpu, type Figure } from '../measure.ts';

const [MEMBERS, MOST_MS] = [1_000, 2_000];
const STOP: StopRule = { rule: 'asha', from: 3, to: 81, eta: 3, keep: MEMBERS, mode: 'max', resume: false };
const TEMPLATE = `command: python train.py
lr: 0.1
harvest:
  acc: {csv: metrics.csv, column: acc, pick: max, mode: max}
`;

/**
 * What a round takes of the processor over a sweep of 1,000 running members: the first look, one at which all have reached the next
 * rung, one at which all have new values but no new rung, and one at which nothing is new. All members go on, so that none is left out
 * of the next round.
 */
export async function timeRound(): Promise<Figure[]> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
  try {
    const root = join(outer, 'project');
    mkdirSync(join(root, '.sheaf'), { recursive: true });
    mkdirSync(join(root, 'templates'));
    writeFileSync(join(root, 'sheaf.yaml'), 'scheduler: local\n');
    writeFileSync(join(root, 'templates/t.yaml'), TEMPLATE);
    const env = { SHEAF_LOCAL_DIR: join(outer, 'local'), HOME: outer };
    const project = await openProject({ dir: root, env, supervisorArgv: ['/bin/false'] });
    const members = Array.from({ length: MEMBERS }, (_, i) => `m${i}`);
    await project.store.append([...sweepEvents(), ...members.flatMap(runningEvents)]);
    const curves = members.map((member) => join(root, 'experiments', member, 'attempts/train-1'));
    for (const folder of curves) mkdirSync(folder, { recursive: true });
    const files = curves.map((folder) => join(folder, 'metrics.csv'));
    const reach = (from: number, to: number): void => {
      for (const [i, file] of files.entries()) appendFileSync(file, makeRows(i, from, to));
    };
    for (const file of files) writeFileSync(file, 'step,acc\n');
    const measure = (): Promise<number> => measureCpu(() => takeRound(project, 's'));
    reach(1, 3);
    const times = [['the first look', await measure()] as [string, number]];
    reach(4, 9);
    times.push(['all at the next rung', await measure()]);
    reach(10, 12);
    times.push(['new values of all, no rung', await measure()]);
    times.push(['nothing new', await measure()]);
    project.store.close();
    return times.map(([what, ms]) => ({
      what: `CPU of a round, ${MEMBERS} running members: ${what}`,
      measured: `${(ms / 1000).toFixed(2)} s`,
      goal: `≤ ${(MOST_MS / 1000).toFixed(0)} s`,
      ok: ms <= MOST_MS,
    }));
  } finally {
    rmSync(outer, { recursive: true, force: true });
  }
}

function makeRows(member: number, from: number, to: number): string {
  let rows = '';
  for (let step = from; step <= to; step += 1) rows += `${step},${1 - 1 / (step + member / MEMBERS)}\n`;
  return rows;
}

function sweepEvents(): EventBody[] {
  const values = Array.from({ length: MEMBERS }, (_, value) => ({ value }));
  const space = { grid: [{ name: 'lr', values }], zip: [] };
  return [
    { type: 'swept', sweep: 's', template: 't', space, fixed: {}, count: MEMBERS, id: 'm{lr}' },
    { type: 'searched', sweep: 's', search: { metric: 'acc', mode: 'max', stop: STOP } },
  ];
}

/** A member that was made, submitted and started. */
function runningEvents(name: string, lr: number): EventBody[] {
  const [key, token] = [asKey(`key-${name}`), asToken(`token-${name}`)];
  const attempts = [{ key, stage: 'train', n: 1 }];
  const atMs = Date.parse('2026-03-10T12:00:00Z');
  const config = {
    template: 't',
    params: { lr },
    written: {},
    seeds: [],
    settings: { resources: {}, command: 'python train.py' },
    origins: { sources: [], at: {} },
  };
  return [
    { type: 'created', key, exp: parseExpId(name), description: '', tags: [], notes: [], config, sweep: 's' },
    { type: 'submitting', token, scheduler: 'local:bench', members: attempts, owner: 'h:1:1:1' },
    { type: 'submitted', token, job: { scheduler: 'local:bench', id: name, uid: 1, submittedMs: atMs } },
    { type: 'state', token, attempts, fact: { kind: 'started', atMs, host: 'gn01', job: name } },
  ];
}
