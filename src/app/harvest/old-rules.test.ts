import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ended, recordedProject, started, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { exportTable } from '../tables/export.ts';
import { harvestExperiments, type HarvestSelector } from './harvest.ts';
import { warnOfOldRules } from './old-rules.ts';
import { plotFigure } from '../plot/plot.ts';

const EXEC = `command: python train.py
seed: 0
harvest:
  acc: {exec: 'sh tools/read.sh'}
  loss: {log: 'loss (\\S+)'}
`;

const done = { 'train-1': [started(), ended()] };

/** Prints this JSON, and writes a line into `runs` of the project. */
const printing = (json: string): string => `echo ran >>runs\necho '${json}'\n`;

async function execProject(names: readonly string[] = ['run'], template = EXEC): Promise<RecordedProject> {
  const lives = Object.fromEntries(names.map((name, seed) => [name, { attempts: done, params: { seed } }]));
  const recorded = await recordedProject(lives, {
    'templates/t.yaml': template,
    'tools/read.sh': printing('{"acc": 0.5}'),
  });
  for (const name of names) recorded.write(`experiments/${name}/attempts/train-1/out.log`, 'loss 2\n');
  return recorded;
}

async function harvested(recorded: RecordedProject, selector: HarvestSelector = {}): Promise<unknown[]> {
  const { lines } = await harvestExperiments(recorded.project, selector);
  return lines.map(({ expId, metrics }) => [expId, metrics['acc']]);
}

const runs = ({ project }: RecordedProject): number =>
  readFileSync(join(project.root, 'runs'), 'utf8').trim().split('\n').length;

describe('the program of an exec rule', () => {
  test('runs again when it has changed, and not otherwise', async () => {
    const recorded = await execProject();
    expect(await harvested(recorded)).toEqual([['run', 0.5]]);
    expect(await harvested(recorded)).toEqual([]);
    expect(await harvested(recorded, { ids: ['run'] })).toEqual([['run', 0.5]]);
    expect(runs(recorded)).toBe(1);
    recorded.write('tools/read.sh', printing('{"acc": 0.6}'));
    expect(await harvested(recorded)).toEqual([['run', 0.6]]);
    recorded.write('tools/read.sh', printing('{"acc": 0.7}'));
    expect(await harvested(recorded, { ids: ['run'] })).toEqual([['run', 0.7]]);
  });

  test('runs again with --all, whatever has changed, and the same answer is recorded once', async () => {
    const recorded = await execProject();
    await harvested(recorded);
    const before = recorded.project.store.find('run')?.record.harvest?.stamp;
    await harvested(recorded, { all: true });
    expect(runs(recorded)).toBe(2);
    expect(recorded.project.store.find('run')?.record.harvest?.stamp).toBe(before);
  });

  test.each([
    ['exits with an error', 'exit 3', 'failed'],
    ['prints no JSON', 'echo Traceback', 'bad_file'],
  ])('runs again after it %s, and its failure is no answer', async (_, script, reason) => {
    const recorded = await execProject();
    recorded.write('tools/read.sh', `[ -e fixed ] || ${script}\n${printing('{"acc": 1}')}`);
    const gap = async (): Promise<unknown> =>
      (await harvestExperiments(recorded.project)).lines[0]?.missing['acc']?.reason;
    expect(await gap()).toBe(reason);
    expect(await gap()).toBe(reason);
    recorded.write('fixed', '');
    expect(await harvested(recorded)).toEqual([['run', 1]]);
    expect(await harvested(recorded)).toEqual([]);
  });
});

describe('a table of values that were read by different versions of a rule', () => {
  const warning = (rules: string, names: string): string =>
    `1 experiment harvested with an older version of ${rules}: ${names}; run sheaf harvest`;

  test('says which experiments are out of date, until they are harvested again', async () => {
    const recorded = await execProject(['old', 'new']);
    const { project } = recorded;
    await harvested(recorded, { ids: ['old'] });
    expect(await warnOfOldRules(project, {})).toEqual([]);
    recorded.write('tools/read.sh', printing('{"acc": 0.6}'));
    await harvested(recorded, { ids: ['new'] });
    expect(await warnOfOldRules(project, {})).toEqual([warning('rule acc', 'old')]);
    expect(await warnOfOldRules(project, { ids: ['new'] })).toEqual([]);
    expect((await exportTable(project, '-')).warnings).toEqual([warning('rule acc', 'old')]);
    expect((await exportTable(project, '-', { groupBy: ['template'] })).warnings).toContain(warning('rule acc', 'old'));
    expect((await plotFigure(project, { metric: 'acc', kind: 'scatter', x: 'seed' })).warnings).toContain(
      warning('rule acc', 'old'),
    );
    await harvested(recorded);
    expect(await warnOfOldRules(project, {})).toEqual([]);
  });

  test('does so for a pattern that changed, and not for a unit, a rule that is gone or a template that is', async () => {
    const recorded = await execProject(['one']);
    const { project } = recorded;
    await harvested(recorded);
    recorded.write('templates/t.yaml', EXEC.replace("'loss (", "'loss: ("));
    expect(await warnOfOldRules(project, {})).toEqual([warning('rule loss', 'one')]);
    recorded.write('templates/t.yaml', EXEC.replace("(\\S+)'", "(\\S+)', unit: nats, mode: min"));
    expect(await warnOfOldRules(project, {})).toEqual([]);
    recorded.write('templates/t.yaml', EXEC.replace(/ {2}loss.*\n/, ''));
    expect(await warnOfOldRules(project, {})).toEqual([]);
    rmSync(join(project.root, 'templates/t.yaml'));
    expect(await warnOfOldRules(project, {})).toEqual([]);
  });

  test('claims nothing of results of which no versions are on record', async () => {
    const { project } = await recordedProject(
      { one: { attempts: done, metrics: { acc: 1 } } },
      { 'templates/t.yaml': EXEC },
    );
    expect(await warnOfOldRules(project, {})).toEqual([]);
  });
});
