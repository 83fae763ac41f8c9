import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../../src/app/project/project.ts';
import type { Fact } from '../../src/core/experiment/facts.ts';
import type { Round, StopRule } from '../../src/core/experiment/search.ts';
import { decideRound, listLost, planRungs } from '../../src/core/search/index.ts';
import { makeRandomNumbers } from '../../src/core/stats/random-numbers.ts';
import { ended, eventsOf, LIFE_MS, started, type Life } from './recorded-project.ts';
import { writeSeries } from './recorded-series.ts';

/**
 * Records a sweep that completed into a project, with final values and series, as if it had run: groups of seeds that differ in
 * learning rate, which decides, and in width, which does not. One member failed.
 *
 * @param steps of its series
 * @param seeds of each group
 * @param others more members, by their names; they have no series
 * @returns the names of its members, without the others
 */
export async function recordSweep(
  { path, env }: { readonly path: string; readonly env: NodeJS.ProcessEnv },
  name: string,
  groups: number,
  {
    steps = 60,
    seeds = 4,
    others = {},
  }: {
    readonly steps?: number;
    readonly seeds?: number;
    readonly others?: { readonly [expId: string]: Life };
  } = {},
): Promise<string[]> {
  const random = makeRandomNumbers(11);
  const rates = [0.0001, 0.0003, 0.001, 0.003, 0.01];
  const members = Array.from({ length: groups * seeds }, (_, i) => {
    const group = Math.floor(i / seeds);
    const [lr = 0, width] = [rates[group % rates.length], 8 * (Math.floor(group / rates.length) + 1)];
    const final = 0.9 - 0.1 * Math.abs(Math.log10(lr / 0.001)) + 0.02 * random();
    return { expId: `${name}_${i}`, lr, width, seed: i % seeds, final };
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

/** Members that reach the last of three rungs, of which the best third goes on at each, have a series of this number of steps. */
const LAST_STEP = 81;

/**
 * Records an adaptive sweep that ended: members of drawn learning rates, of which at each rung the best third went on. All have
 * series as if they had run; those that were stopped, up to the step after their rung.
 *
 * @param unread whose series nobody has read: only what they had at rungs is known
 */
export async function recordSearch(
  { path, env }: { readonly path: string; readonly env: NodeJS.ProcessEnv },
  name: string,
  trials: number,
  {
    template = 'line',
    metric = 'acc',
    unread = 0,
  }: { readonly template?: string; readonly metric?: string; readonly unread?: number } = {},
): Promise<void> {
  const random = makeRandomNumbers(5);
  const rule: StopRule = { ...STOP, to: LAST_STEP };
  const runs = Array.from({ length: trials }, (_, trial) => {
    const lr = Number((10 ** (-5 + 4 * random())).toPrecision(3));
    const final = 0.95 - 0.15 * Math.abs(Math.log10(lr / 0.003)) + 0.05 * random();
    const valueAt = (step: number): number =>
      final * (1 - Math.exp(-(step + 2) / 5)) + 0.004 * Math.sin(step * (trial + 2));
    return { trial, expId: `${name}-${trial}`, lr, valueAt };
  });
  const rounds: Round[] = [];
  for (const rung of planRungs(rule)) {
    const lost = new Set(listLost(rounds).map(({ trial }) => trial));
    const readings = runs.flatMap(({ trial, valueAt }) =>
      lost.has(trial) ? [] : [{ trial, rung, step: rung, value: valueAt(rung) }],
    );
    rounds.push(decideRound(rule, rounds, readings));
  }
  const ends = new Map(listLost(rounds).map(({ trial, rung }) => [trial, rung + 1]));
  mkdirSync(join(path, '.sheaf'), { recursive: true });
  const project = await openProject({ dir: path, env, supervisorArgv: ['/bin/false'] });
  const draws = [{ name: 'lr', distribution: { kind: 'loguniform', low: 1e-5, high: 1e-1 } }] as const;
  const proposed = runs.map(({ trial, lr }) => ({ trial, params: { lr }, from: 'tpe' as const }));
  await project.store.append([
    {
      type: 'swept',
      sweep: name,
      template,
      space: { grid: [], zip: [], random: { count: 0, seed: 1, draws } },
      fixed: {},
      count: 0,
    },
    { type: 'searched', sweep: name, search: { metric, mode: 'max', propose: { by: 'tpe', trials }, stop: rule } },
    { type: 'throttled', sweep: name, maxParallel: 16 },
    ...runs.flatMap(({ trial, expId, lr, valueAt }) => {
      const end = ends.get(trial);
      const endMs = LIFE_MS + 60_000 * (end ?? LAST_STEP);
      const stop: Fact = { kind: 'ended', exitCode: 143, atMs: endMs, cause: 'stopped' };
      return eventsOf(expId, {
        template,
        sweep: name,
        params: { lr },
        attempts: { 'train-1': [started(), end === undefined ? ended(0, endMs) : stop] },
        metrics: { [metric]: { value: valueAt(end ?? LAST_STEP), mode: 'max' } },
      });
    }),
    ...rounds.map((stopping, i) => {
      return { type: 'decided', sweep: name, round: i + 1, stopping, proposed: i === 0 ? proposed : [] } as const;
    }),
  ]);
  project.store.close();
  for (const { trial, expId, valueAt } of runs.slice(unread)) {
    const folder = join(path, 'experiments', expId);
    mkdirSync(folder, { recursive: true });
    const steps = Array.from({ length: ends.get(trial) ?? LAST_STEP }, (_, i) => i + 1);
    await writeSeries(folder, { [metric]: steps.map((step): [number, number] => [step, valueAt(step)]) });
  }
}
