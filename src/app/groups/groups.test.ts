import { expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { testWelch } from '../../core/stats/t-test.ts';
import { compareGroups } from '../tables/compare-groups.ts';
import { rankGroups, readGroups, readMembers } from './groups.ts';

function run(lr: number, seed: number, acc?: number): Life {
  return {
    template: 'mlp',
    params: { lr, seed },
    seeds: ['seed'],
    sweep: 's',
    attempts: { 'train-1': acc === undefined ? [started()] : [started(), ended()] },
    ...(acc === undefined ? {} : { metrics: { acc: { value: acc, mode: 'max' } } }),
  };
}

const LIVES: { readonly [expId: string]: Life } = {
  'a-1': run(0.1, 1, 0.5),
  'a-2': run(0.1, 2, 0.6),
  'a-3': run(0.1, 3, 0.7),
  'b-1': run(0.01, 1, 0.8),
  'b-2': run(0.01, 2, 0.85),
  'b-3': run(0.01, 3, 0.9),
  'c-1': run(0.001, 1, 0.4),
  'c-2': run(0.001, 2),
  alone: { template: 'cnn', params: { lr: 0.1, seed: 1 }, seeds: ['seed'] },
};
const WELCH = testWelch([0.5, 0.6, 0.7], [0.8, 0.85, 0.9]);

test('groups differ in more than seeds, and say how many runs, seeds and values they have', async () => {
  const { project } = await recordedProject(LIVES);
  const found = await readGroups(project, { columns: ['lr', 'seed', 'acc'], sort: { field: 'acc', descending: true } });
  expect(found).toMatchObject({ total: 4, experiments: 9, offset: 0, warnings: [] });
  expect(found.groups).toMatchObject([
    { n: 3, seeds: 3, missingSeeds: [], statuses: { completed: 3 }, newest: 'b-3' },
    { n: 3, seeds: 3, missingSeeds: [], statuses: { completed: 3 }, newest: 'a-3' },
    { n: 2, seeds: 2, missingSeeds: ['seed 3'], statuses: { completed: 1, running: 1 }, newest: 'c-2' },
    { n: 1, seeds: 1, missingSeeds: [], statuses: { created: 1 }, newest: 'alone' },
  ]);
  const [lr, seed, acc] = found.columns;
  expect(lr).toMatchObject({ cells: [0.01, 0.1, 0.001, 0.1], distinct: {} });
  expect(seed).toMatchObject({ cells: [null, null, null, 1], distinct: { 0: 3, 1: 3, 2: 2 } });
  expect(acc?.summaries).toMatchObject([
    { n: 3 },
    { n: 3, mean: expect.closeTo(0.6, 12) },
    { n: 1, mean: 0.4 },
    { n: 0 },
  ]);
  expect(acc?.gaps).toEqual([{}, {}, { running: 1 }, { not_run: 1 }]);
  const second = await readGroups(project, {
    columns: ['lr'],
    sort: { field: 'n', descending: false },
    offset: 1,
    limit: 1,
  });
  expect(second.groups).toMatchObject([{ newest: 'c-2' }]);
});

test('the members of a group are the runs that differ from each other in seeds alone', async () => {
  const { project } = await recordedProject(LIVES);
  const { groups } = await readGroups(project, {});
  for (const { id, n } of groups) expect(readMembers(project, { group: id }).expIds.length).toBe(n);
  const group = groups.find(({ newest }) => newest === 'a-3')?.id ?? '';
  expect(readMembers(project, { group, columns: ['acc'] })).toMatchObject({
    total: 3,
    expIds: ['a-1', 'a-2', 'a-3'],
    columns: [{ cells: [0.5, 0.6, 0.7] }],
  });
  expect(readMembers(project, { group, where: 'acc > 0.5', offset: 1 })).toMatchObject({ total: 2, expIds: ['a-3'] });
  expect(readMembers(project, { group: 'none' })).toMatchObject({ total: 0, expIds: [] });
});

test('groups are compared with a baseline that is a group or a run', async () => {
  const { project } = await recordedProject(LIVES);
  const { groups } = await readGroups(project, { by: ['lr'] });
  expect(groups.map(({ keys, n }) => [keys, n])).toEqual([
    [[0.001], 2],
    [[0.01], 3],
    [[0.1], 4],
  ]);
  const request = { where: 'template = mlp', by: ['lr'], columns: ['acc'] };
  const toGroup = await readGroups(project, { ...request, reference: { group: '[0.01]' } });
  expect(toGroup.reference).toMatchObject({ isListed: true, groups: [{ id: '[0.01]', n: 3 }] });
  expect(toGroup.columns[0]).toMatchObject({ tests: 1 });
  expect(toGroup.columns[0]?.differences).toEqual([
    { difference: expect.closeTo(-0.45, 12) },
    {},
    { difference: WELCH.difference, ci95: WELCH.ci95, p: WELCH.p, pHolm: WELCH.p },
  ]);
  const toRun = await readGroups(project, { ...request, reference: { expId: 'a-1' } });
  expect(toRun.reference).toMatchObject({
    isListed: false,
    groups: [{ newest: 'a-1', n: 1, statuses: { completed: 1 } }],
  });
  expect(toRun.columns[0]).toMatchObject({ tests: 0, differences: [{}, {}, { difference: expect.closeTo(0.1, 12) }] });
  const gone = await readGroups(project, { ...request, reference: { group: '[7]' } });
  expect(gone.reference).toBeUndefined();
  expect(gone.warnings).toEqual([expect.stringContaining('is not among these experiments')]);
});

test('a ranking has the best group first and compares the others with it, if the rule says which values are better', async () => {
  const { project } = await recordedProject(LIVES);
  const ranked = await rankGroups(project, { metric: 'acc', where: 'sweep = s' });
  expect(ranked).toMatchObject({ mode: 'max', ranks: [1, 2, 3], reference: { groups: [{ newest: 'b-3' }] } });
  expect(ranked.groups.map(({ newest }) => newest)).toEqual(['b-3', 'a-3', 'c-2']);
  expect(ranked.columns[0]?.differences?.[1]).toEqual({
    difference: WELCH.difference,
    ci95: WELCH.ci95,
    p: WELCH.p,
    pHolm: WELCH.p,
  });
  expect((await rankGroups(project, { metric: 'acc', mode: 'min' })).ranks).toEqual([1, 2, 3, null]);
  await expect(rankGroups(project, { metric: 'lr' })).rejects.toThrow(/cannot be ranked by lr/);
});

test('the groups of all but the seed are those that a table by the parameters that differ has', async () => {
  const { project } = await recordedProject(LIVES);
  const compared = await compareGroups(project, { groupBy: ['all-but-seed'], columns: ['acc'] });
  expect(compared.by.map(({ header }) => header)).toEqual(['template', 'lr']);
  const { columns, groups } = await readGroups(project, { columns: ['acc'] });
  const found = groups.map(({ n }, i) => `${n} ${columns[0]?.summaries?.[i]?.mean}`);
  expect(compared.groups.map(({ n, metrics }) => `${n} ${metrics[0]?.mean}`).toSorted()).toEqual(found.toSorted());
  const one = await compareGroups(project, { groupBy: ['all-but-seed'], where: 'lr = 0.01', values: true });
  expect(one.groups.map(({ keys, n }) => [keys, n])).toEqual([[['mlp'], 3]]);
});

test('what was grouped is grouped again when a run has changed', async () => {
  const recorded = await recordedProject(LIVES);
  const { project } = recorded;
  const before = await readGroups(project, {});
  await recorded.record({ 'c-3': run(0.001, 3, 0.42) });
  const after = await readGroups(project, {});
  expect(after.version).toBeGreaterThan(before.version);
  expect(after.groups[0]).toMatchObject({ newest: 'c-3', n: 3, missingSeeds: [] });
});
