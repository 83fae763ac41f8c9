import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../../src/app/project/project.ts';
import type { StopRule } from '../../src/core/experiment/search.ts';
import { decideRound } from '../../src/core/search/index.ts';
import { makeRandomNumbers } from '../../src/core/stats/random-numbers.ts';
import { ended, eventsOf, LIFE_MS, started, type Life } from './recorded-project.ts';
import { writeSeries } from './recorded-series.ts';

const SEEDS = 4;

/**
 * Records a sweep that completed into a project, with final values and series, as if it had run: groups of four seeds that differ in
 * learning rate, which decides, and in width, which does not. One member failed.
 *
 * @param steps of its series
 * @param others more members, by their names; they have no series
 * @returns the names of its members, without the others
 */
export async function recordSweep(
  { path, env }: { readonly path: string; readonly env: NodeJS.ProcessEnv },
  name: string,
  groups: number,
  { steps = 60, others = {} }: { readonly steps?: number; readonly others?: { readonly [expId: string]: Life } } = {},
): Promise<string[]> {
  const random = makeRandomNumbers(11);
  const rates = [0.0001, 0.0003, 0.001, 0.003, 0.01];
  const members = Array.from({ length: groups * SEEDS }, (_, i) => {
    const group = Math.floor(i / SEEDS);
    const [lr = 0, width] = [rates[group % rates.length], 8 * (Math.floor(group / rates.length) + 1)];
    const final = 0.9 - 0.1 * Math.abs(Math.log10(lr / 0.001)) + 0.02 * random();
    return { expId: `${name}_${i}`, lr, width, seed: i % SEEDS, final };
  });
  mkdirSync(join(path, '.sheaf'), { recursive: true });
  const project = await openProject({ dir: path, env, supervisorArgv: ['/bin/false'] });
  const lives = members.map(({ expId, lr, width, seed, final }, i): [string, Life] => [
    expId,
    {
      template: 'line',
      sweep: name,
      params: { lr, width, seed, epochs: 3 },
      settings: { resources: { num_gpus: 1 }, command: 'true' },
      attempts: { 'train-1': [started(), ended(i === 1 ? 1 : 0, LIFE_MS + 3_600_000)] },
      ...(i === 1 ? {} : { metrics: { acc: { value: final, mode: 'max' } } }),
    },
  ]);
  const more = Object.entries(others).map(([expId, life]) => [expId, { ...life, sweep: name }] as const);
  await project.store.append([
    { type: 'swept', sweep: name, template: 'line', space: { grid: [], zip: [] }, fixed: {}, count: members.length },
    ...[...lives, ...more].flatMap(([expId, life]) => eventsOf(expId, life)),
  ]);
  project.store.close();
  for (const { expId, final } of members) {
    const folder = join(path, 'experiments', expId);
    mkdirSync(folder, { recursive: true });
    const acc = Array.from({ length: steps }, (_, step): [number, number] => [
      step,
      final * (1 - Math.exp((-6 * step) / steps)),
    ]);
    await writeSeries(folder, { acc });
  }
  return members.map(({ expId }) => expId);
}

const STOP: StopRule = { rule: 'asha', from: 3, to: 27, eta: 3, keep: 1, mode: 'max', resume: false };

/** Records a sweep of three widths that run, of which the second was worse at the first rung and the third has not reached it. */
export async function recordStops(
  { path, env }: { readonly path: string; readonly env: NodeJS.ProcessEnv },
  name: string,
): Promise<void> {
  const project = await openProject({ dir: path, env, supervisorArgv: ['/bin/false'] });
  const widths = [0, 1, 2];
  const space = { grid: [{ name: 'width', values: widths.map((value) => ({ value })) }], zip: [] };
  const readings = [0.75, 0.5].map((value, trial) => ({ trial, rung: 3, step: 3, value }));
  await project.store.append([
    { type: 'swept', sweep: name, template: 'line', space, fixed: {}, count: widths.length },
    { type: 'searched', sweep: name, search: { metric: 'acc', mode: 'max', stop: STOP } },
    ...widths.flatMap((width) =>
      eventsOf(`${name}_w${width}`, {
        template: 'line',
        sweep: name,
        params: { width },
        attempts: { 'train-1': [started()] },
      }),
    ),
    { type: 'decided', sweep: name, round: 1, stopping: decideRound(STOP, [], readings), proposed: [] },
  ]);
  project.store.close();
}
