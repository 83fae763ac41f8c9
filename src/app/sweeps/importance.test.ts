import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import type { Project } from '../project/project.ts';
import { readImportance } from './importance.ts';
import { inspectSweep } from './inspect-sweep.ts';

/** Members of a sweep in which the learning rate decides, and an hour of two GPUs each. */
function makeMembers(count: number): { [expId: string]: Life } {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i): [string, Life] => [
      `m${i}`,
      {
        sweep: 'lrs',
        params: { lr: 10 ** -((i % 5) + 1), width: 8 * ((i % 3) + 1), seed: Math.floor(i / 5), epochs: 3 },
        settings: { resources: { num_gpus: 2 }, command: 'true' },
        metrics: { acc: { value: i === 7 ? null : 1 - (i % 5) / 10, mode: 'max' }, note: 'text' },
        attempts: { 'train-1': [started(), ended(0, LIFE_MS + 3_600_000)] },
      },
    ]),
  );
}

async function recordSweep(lives: { readonly [expId: string]: Life }): Promise<Project> {
  const { project } = await recordedProject(lives);
  const space = { grid: [], zip: [] };
  await project.store.append([
    { type: 'swept', sweep: 'lrs', template: 't', space, fixed: {}, count: Object.keys(lives).length },
  ]);
  return project;
}

test('the learning rate is what the best runs of a sweep have in common; runs without a value are counted', async () => {
  const project = await recordSweep({ ...makeMembers(40), other: { params: { lr: 9 }, metrics: { acc: 5 } } });
  const found = readImportance(project, { sweep: 'lrs' });
  expect(found).toMatchObject({ metric: 'acc', mode: 'max', n: 39, without: 1 });
  expect(found.parameters.map(({ name }) => name).toSorted()).toEqual(['lr', 'seed', 'width']);
  expect(found.parameters[0]).toMatchObject({ name: 'lr', distinct: 5, spearman: expect.closeTo(1) });
  expect(found.parameters[0]?.share).toBeGreaterThan(0.8);
  expect(readImportance(project, { where: 'exp_id in (m0, m1)', metric: 'acc' }).refusal).toContain('at least 20 runs');
  expect(() => readImportance(project, { sweep: 'lrs', metric: 'lr' })).toThrow('none of these runs has a metric lr');
});

test('a sweep is read by columns, as its members were made, with the GPU hours of its jobs', async () => {
  const project = await recordSweep({ ...makeMembers(6), gone: { ...makeMembers(1)['m0'], archived: true } });
  const { members, metrics, archived, gpuHours, progress, ...found } = await inspectSweep(project, 'lrs');
  expect({ archived, gpuHours, metric: found.metric }).toEqual({
    archived: 1,
    gpuHours: { hours: 14, attempts: 7, unknown: 0 },
    metric: 'acc',
  });
  expect(progress).toMatchObject({ total: 6, ended: 6 });
  expect(metrics).toEqual([
    { name: 'acc', label: 'acc', n: 6, mode: 'max' },
    { name: 'note', label: 'note', n: 0 },
  ]);
  expect(members?.expIds).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
  expect(members?.values).toEqual([1, 0.9, 0.8, 0.7, 0.6, 1]);
  expect(members?.parameters.map(({ name, isSeed }) => [name, isSeed])).toEqual([
    ['lr', false],
    ['width', false],
    ['seed', true],
  ]);
});
