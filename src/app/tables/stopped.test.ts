import { describe, expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import type { Fact } from '../../core/experiment/facts.ts';
import { readGroups } from '../groups/groups.ts';
import type { Project } from '../project/project.ts';
import { inspectRuns } from '../sweeps/inspect-sweep.ts';
import { readImportance } from '../sweeps/importance.ts';
import { compare } from './compare.ts';
import { exportTable } from './export.ts';
import { groupExperiments, type GroupRequest } from './group.ts';
import { plotFigure } from '../plot/plot.ts';
import { selectExperiments } from '../experiments/select.ts';

const done = { 'train-1': [started(), ended()] };
const stop: Fact = {
  kind: 'ended',
  atMs: LIFE_MS + 60_000,
  exitCode: 143,
  cause: 'stopped',
  reason: 'rung 9: 0.1, 3rd of 3',
};
const stopped = { 'train-1': [started(), stop] };

const life = (seed: number, acc: number, attempts: Life['attempts']): Life => ({
  params: { lr: 0.1, seed },
  attempts: attempts ?? {},
  metrics: { acc: { value: acc, mode: 'max' } },
});

const LIVES = { a: life(1, 0.5, done), b: life(2, 0.75, done), early: life(3, 0.1, stopped) };
const LEFT_OUT =
  '1 experiment was stopped and left out: to include stopped ones, filter by status in (completed, stopped)';

const mean = async (project: Project, request: Partial<GroupRequest> = {}): Promise<unknown> => {
  const { groups, warnings } = await groupExperiments(project, { groupBy: ['lr'], ...request });
  return [groups.map(({ n, metrics }) => [n, metrics[0]?.mean]), warnings];
};

describe('experiments that were stopped', () => {
  test('are in no mean, and a warning says how many were left out', async () => {
    const { project } = await recordedProject(LIVES);
    expect(await mean(project)).toEqual([[[2, 0.625]], [LEFT_OUT]]);
    expect(await mean(project, { status: ['completed'] })).toEqual([[[2, 0.625]], []]);
    expect(await readGroups(project, {})).toMatchObject({ experiments: 2, warnings: [LEFT_OUT] });
    expect(readImportance(project, {}).warnings).toContain(LEFT_OUT);
    const inspected = inspectRuns(project, selectExperiments(project, {}).rows, { unreadable: new Set() });
    expect(inspected.members?.values).toEqual([null, 0.75, 0.5]);
  });

  test('are in means if they are asked for by their status, or by name', async () => {
    const { project } = await recordedProject(LIVES);
    const all = [[[3, expect.closeTo(0.45) as number]], []];
    expect(await mean(project, { where: 'status in (completed, stopped)' })).toEqual(all);
    expect(await mean(project, { status: ['completed', 'stopped'] })).toEqual(all);
    expect(await mean(project, { ids: ['a', 'b', 'early'] })).toEqual(all);
    expect(await mean(project, { where: 'lr = 0.1 and not status = stopped' })).toEqual([[[2, 0.625]], []]);
  });

  test('are never the best of those that are compared side by side', async () => {
    const { project } = await recordedProject({ ...LIVES, early: life(3, 0.9, stopped) });
    const { metrics, warnings } = await compare(project, ['a', 'b', 'early']);
    expect(metrics.map(({ name, best }) => [name, best])).toEqual([['acc', [1]]]);
    expect(warnings).toEqual(['early was stopped: its values are not of a whole run, and never the best']);
  });

  test('are in lists, and in exported tables only if they are asked for', async () => {
    const { project } = await recordedProject(LIVES);
    expect(
      selectExperiments(project, {})
        .rows.map(({ expId }) => expId)
        .toSorted(),
    ).toEqual(['a', 'b', 'early']);
    const table = await exportTable(project, '-', { columns: ['exp_id', 'acc'] });
    expect(table.text).not.toContain('early');
    expect(table.warnings).toEqual([LEFT_OUT]);
    const whole = await exportTable(project, '-', {
      columns: ['exp_id', 'stopped_at'],
      where: 'stopped_at < 10 and status = stopped',
    });
    expect(whole.text).toBe('exp_id,stopped_at\nearly,9\n');
  });

  test('are among single curves, over steps and over any time, and in no figure of final values', async () => {
    const { project } = await recordedProject(LIVES);
    for (const x of ['step', 'time', 'active'])
      await expect(plotFigure(project, { metric: 'acc', x })).rejects.toThrow('none of 3 experiments has a series');
    expect(await plotFigure(project, { metric: 'acc', kind: 'bar' })).toMatchObject({
      experiments: 2,
      warnings: [LEFT_OUT],
    });
  });
});
