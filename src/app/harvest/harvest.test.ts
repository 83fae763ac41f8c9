import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ended,
  LIFE_MS,
  recordedProject,
  started,
  type Life,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import type { Series } from '../../core/experiment/series.ts';
import { harvestExperiments, type HarvestOptions, type HarvestSelector } from './harvest.ts';
import type { HarvestLine } from '../project/types.ts';
import { readSeriesFile, writeSeriesFile } from '../series/series-file.ts';

const NOT_ASKED = 'what still runs is not known: no scheduler is here';
const TEMPLATE = `command: python train.py
harvest:
  acc: {log: 'acc=(\\S+)'}
  loss: {json: metrics.json, path: loss, required: false}
`;
const done = { 'train-1': [started(), ended()] };

function harvestProject(lives: { [expId: string]: Life }, template: string = TEMPLATE): Promise<RecordedProject> {
  return recordedProject(lives, { 'templates/t.yaml': template });
}

function kinds(lines: readonly HarvestLine[]): { [expId: string]: HarvestLine['kind'] } {
  return Object.fromEntries(lines.map(({ expId, kind }) => [expId, kind]));
}

async function kindsOf(
  recorded: RecordedProject,
  selector: HarvestSelector = {},
  options: HarvestOptions = {},
): Promise<{ [expId: string]: string }> {
  return kinds((await harvestExperiments(recorded.project, selector, options)).lines);
}

function log(expId: string, attempt = 'train-1'): string {
  return `experiments/${expId}/attempts/${attempt}/out.log`;
}

describe('harvest', () => {
  test('records what the rules of today find, and writes a copy for people', async () => {
    const recorded = await harvestProject({ run: { attempts: done } });
    const { project } = recorded;
    recorded.write(log('run'), 'epoch 1\nacc=0.5\nacc=0.75\n');
    recorded.write('experiments/run/attempts/train-1/metrics.json', '{"loss": NaN}');
    const report = await harvestExperiments(project, { ids: ['run'] });
    expect(report).toMatchObject({
      lines: [
        {
          expId: 'run',
          kind: 'harvested',
          metrics: { acc: 0.75, loss: NaN },
          results: { acc: { source: { line: 3 } } },
          missing: {},
          partial: false,
        },
      ],
      problems: [],
      warnings: [],
    });
    const source = { file: 'attempts/train-1/out.log', rule: 'log /acc=(\\S+)/ last', line: 3 };
    expect(project.store.find('run')?.record.harvest?.value.harvest).toMatchObject({
      metrics: { acc: { value: 0.75, source }, loss: { value: null, nonfinite: 'nan' } },
      attempts: ['train-1'],
      partial: false,
    });
    const copy: unknown = JSON.parse(readFileSync(join(project.root, 'experiments/run/results.json'), 'utf8'));
    expect(copy).toMatchObject({
      exp_id: 'run',
      harvested_at: expect.stringMatching(/^\d{4}-/),
      attempts: ['train-1'],
      partial: false,
      metrics: { acc: { value: 0.75, ...source }, loss: { value: null, nonfinite: 'nan' } },
      missing: {},
    });
  });

  test('reports the state of each experiment', async () => {
    const recorded = await harvestProject({
      good: { attempts: done },
      holey: { attempts: done },
      failed: { attempts: { 'train-1': [started(), ended(1)] } },
      early: { attempts: { 'train-1': [started(), ended(1)] } },
      runs: { attempts: { 'train-1': [started()] } },
      waits: { attempts: { 'train-1': [] } },
      fresh: {},
      launch: { attempts: { 'train-1': [{ kind: 'accounted', state: 'launch', atMs: 1 }] } },
    });
    for (const name of ['good', 'failed', 'runs']) recorded.write(log(name), 'acc=0.5\n');
    for (const name of ['holey', 'early']) recorded.write(log(name), 'accuracy 50 %\n');
    const { lines, warnings } = await harvestExperiments(recorded.project, { all: true });
    expect(kinds(lines)).toEqual({
      good: 'harvested',
      holey: 'incomplete',
      failed: 'harvested',
      early: 'harvested',
      runs: 'running',
      waits: 'not_run',
      fresh: 'not_run',
      launch: 'not_run',
    });
    expect(warnings).toEqual([NOT_ASKED]);
    const line = (name: string): HarvestLine | undefined => lines.find(({ expId }) => expId === name);
    expect(line('holey')?.missing).toMatchObject({
      acc: { reason: 'no_match', near: 'line 1: accuracy 50 %' },
      loss: { reason: 'no_file', optional: true },
    });
    expect([line('good')?.partial, line('failed')?.partial, line('early')?.partial]).toEqual([false, true, true]);
  });

  test('takes the values so far of what still runs only when asked', async () => {
    const recorded = await harvestProject({ run: { attempts: { 'train-1': [started()] } } });
    recorded.write(log('run'), 'acc=0.5\nacc=0.6');
    expect(await kindsOf(recorded)).toEqual({});
    const { lines } = await harvestExperiments(recorded.project, {}, { live: true });
    expect(lines).toMatchObject([{ expId: 'run', kind: 'harvested', metrics: { acc: 0.5 }, partial: true }]);
    await recorded.learn('run', 'train-1', ended());
    expect((await harvestExperiments(recorded.project)).lines).toMatchObject([
      { metrics: { acc: 0.6 }, partial: false },
    ]);
  });

  test('reads nothing again that has not changed', async () => {
    const recorded = await harvestProject({ run: { attempts: done } });
    recorded.write(log('run'), 'acc=0.5\n');
    expect(await kindsOf(recorded)).toEqual({ run: 'harvested' });
    expect(await kindsOf(recorded)).toEqual({});
    const before = recorded.project.store.find('run')?.record.harvest?.stamp;
    const { lines } = await harvestExperiments(recorded.project, { ids: ['run'] });
    expect(lines).toMatchObject([{ kind: 'unchanged', metrics: { acc: 0.5 } }]);
    expect(recorded.project.store.find('run')?.record.harvest?.stamp).toBe(before);
    recorded.write(log('run'), 'acc=0.5\nacc=0.25\n');
    expect((await harvestExperiments(recorded.project, { all: true })).lines).toMatchObject([
      { kind: 'harvested', metrics: { acc: 0.25 } },
    ]);
  });

  test('does not leave results looking old because facts that came late changed nothing', async () => {
    const recorded = await harvestProject({ run: { attempts: done } });
    recorded.write(log('run'), 'acc=0.5\n');
    expect(await kindsOf(recorded)).toEqual({ run: 'harvested' });
    await recorded.learn('run', 'train-1', { kind: 'lost', atMs: LIFE_MS, sinceMs: LIFE_MS });
    expect(await kindsOf(recorded)).toEqual({ run: 'unchanged' });
    expect(await kindsOf(recorded)).toEqual({});
  });

  test('looks again by itself where a rule changed, it ran again, or a required metric is missing', async () => {
    const recorded = await harvestProject({ a: { attempts: done }, b: { attempts: done }, c: { attempts: done } });
    for (const name of ['a', 'b']) recorded.write(log(name), 'acc=0.5 f1=0.25\n');
    recorded.write(log('c'), 'no\n');
    expect(await kindsOf(recorded)).toEqual({ a: 'harvested', b: 'harvested', c: 'incomplete' });
    recorded.write(log('b', 'train-2'), 'acc=0.875\n');
    await recorded.learn('b', 'train-2', started(LIFE_MS + 1), ended(0, LIFE_MS + 2));
    expect(await kindsOf(recorded)).toEqual({ b: 'harvested', c: 'incomplete' });
    recorded.write('templates/t.yaml', `${TEMPLATE}  f1: {log: 'f1=(\\S+)'}\n`);
    expect(await kindsOf(recorded)).toEqual({ a: 'harvested', b: 'incomplete', c: 'incomplete' });
  });

  test('keeps what was read when the files are gone', async () => {
    const recorded = await harvestProject({ run: { attempts: done } });
    recorded.write(log('run'), 'acc=0.5\n');
    await harvestExperiments(recorded.project);
    rmSync(join(recorded.project.root, 'experiments/run'), { recursive: true });
    for (let i = 0; i < 2; i += 1) {
      const { lines } = await harvestExperiments(recorded.project, { all: true });
      expect(lines).toMatchObject([{ kind: 'unchanged', metrics: { acc: 0.5 }, gone: ['acc'] }]);
    }
    const { metrics = {} } = recorded.project.store.find('run')?.record.harvest?.value.harvest ?? {};
    expect(metrics['acc']?.note).toMatch(/^its file is gone since: what was read on \d{4}-\d\d-\d\d stands$/);
  });

  test('takes nothing for an earlier value that only has the name of a metric', async () => {
    const rules = 'command: x\nharvest:\n  valueOf: {json: gone.json, path: x}\n';
    const recorded = await harvestProject({ run: { attempts: done } }, rules);
    recorded.write(log('run'), '');
    for (let i = 0; i < 2; i += 1) {
      const { lines } = await harvestExperiments(recorded.project, { all: true });
      expect(lines).toMatchObject([{ metrics: {}, missing: { valueOf: { reason: 'no_file' } } }]);
      recorded.write('templates/t.yaml', `${rules}  acc: {log: 'acc=(.*)', required: false}\n`);
    }
  });

  test('never takes an old value for that of a newer run, nor for a file that a run may have removed', async () => {
    const recorded = await harvestProject({ again: { attempts: done }, shared: { attempts: done } });
    recorded.write(log('again'), 'acc=0.5\n');
    recorded.write(log('shared'), 'acc=0.5\n');
    recorded.write('experiments/shared/metrics.json', '{"loss": 1}');
    expect(await kindsOf(recorded)).toEqual({ again: 'harvested', shared: 'harvested' });
    rmSync(join(recorded.project.root, log('again')));
    rmSync(join(recorded.project.root, 'experiments/shared/metrics.json'));
    await recorded.learn('again', 'train-2', started(LIFE_MS + 1), ended(0, LIFE_MS + 2));
    const { lines } = await harvestExperiments(recorded.project, { ids: ['again', 'shared'] });
    expect(lines).toMatchObject([
      { kind: 'incomplete', metrics: {}, missing: { acc: { reason: 'no_file' } } },
      { kind: 'harvested', metrics: { acc: 0.5 }, missing: { loss: { reason: 'no_file' } } },
    ]);
  });

  test('tells once how to say what to harvest', async () => {
    const recorded = await harvestProject({ a: { attempts: done }, b: { attempts: done } }, 'command: x\n');
    const { lines, warnings } = await harvestExperiments(recorded.project, { ids: ['a', 'b'] });
    expect(kinds(lines)).toEqual({ a: 'no_rules', b: 'no_rules' });
    expect(warnings).toEqual([
      'the template t does not say what to harvest: sheaf harvest ID --discover proposes rules from a run',
    ]);
    expect(await kindsOf(recorded)).toEqual({});
  });

  test('goes on without the experiments of a template that is gone or broken, and says so', async () => {
    const recorded = await harvestProject({
      a: { attempts: done },
      b: { attempts: done, template: 'gone' },
      c: { attempts: done, template: 'bad' },
    });
    recorded.write('templates/bad.yaml', 'command: x\nharvest: {acc: {log: "("}}\n');
    recorded.write(log('a'), 'acc=1\n');
    const report = await harvestExperiments(recorded.project);
    expect(kinds(report.lines)).toEqual({ a: 'harvested' });
    expect(report.warnings).toEqual(['there is no template "gone": its experiments are not harvested']);
    expect(report.problems).toMatchObject([{ code: 'harvest.pattern', at: { file: 'templates/bad.yaml', line: 2 } }]);
    const refused: unknown = await harvestExperiments(recorded.project, { ids: ['c'] }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(SheafError);
    expect(refused).toMatchObject({ exitCode: 2, problems: report.problems });
  });

  test('says when a copy cannot be written, for the results are recorded anyway', async () => {
    const recorded = await harvestProject({ run: { attempts: done } });
    recorded.write(log('run'), 'acc=0.5\n');
    mkdirSync(join(recorded.project.root, 'experiments/run/results.json/in the way'), { recursive: true });
    const { lines, warnings } = await harvestExperiments(recorded.project);
    expect(lines).toMatchObject([{ kind: 'harvested' }]);
    expect(warnings).toEqual([
      expect.stringContaining('results.json of 1 could not be written, though the results are recorded'),
    ]);
    expect(recorded.project.store.find('run')?.record.harvest?.value.harvest.metrics['acc']?.value).toBe(0.5);
  });

  test('repairs the copy of what is on record when it reads again', async () => {
    const recorded = await harvestProject({ run: { attempts: done } });
    const copy = join(recorded.project.root, 'experiments/run/results.json');
    recorded.write(log('run'), 'acc=0.5\n');
    await harvestExperiments(recorded.project);
    const written = readFileSync(copy, 'utf8');
    const { mtimeNs } = statSync(copy, { bigint: true });
    expect(await kindsOf(recorded, { all: true })).toEqual({ run: 'unchanged' });
    expect(statSync(copy, { bigint: true }).mtimeNs).toBe(mtimeNs);
    for (const damage of [(): void => rmSync(copy), (): void => writeFileSync(copy, written.replace('0.5', '0.25'))]) {
      damage();
      expect(await kindsOf(recorded, { all: true })).toEqual({ run: 'unchanged' });
      expect(JSON.parse(readFileSync(copy, 'utf8'))).toMatchObject({ metrics: { acc: { value: 0.5 } } });
    }
  });

  test('that is interrupted records what it has read, reports its progress, and continues from there', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const recorded = await harvestProject(Object.fromEntries(names.map((name) => [name, { attempts: done }])));
    for (const name of names) recorded.write(log(name), 'acc=0.5\n');
    const stop = new AbortController();
    const progress = (count: number): void => {
      if (count === 3) stop.abort();
    };
    const { lines, warnings } = await harvestExperiments(recorded.project, {}, { signal: stop.signal, progress });
    expect([lines.length, warnings]).toEqual([3, ['stopped after 3 of 4; sheaf harvest goes on from there']]);
    expect(await kindsOf(recorded)).toEqual({ a: 'harvested' });
  });

  test('refuses a name that there is not, and takes archived experiments only by name', async () => {
    const recorded = await harvestProject({ old: { attempts: done, archived: true } });
    recorded.write(log('old'), 'acc=0.5\n');
    expect(await kindsOf(recorded, { all: true })).toEqual({});
    expect(await kindsOf(recorded, { ids: ['old'] })).toEqual({ old: 'harvested' });
    await expect(harvestExperiments(recorded.project, { ids: ['older'] })).rejects.toMatchObject({
      code: 'experiment.unknown',
    });
  });
});

test('the results of a hostile experiment folder are read as they are', async () => {
  const recorded = await harvestProject({ run: { attempts: done } });
  recorded.write(log('run'), '');
  writeFileSync(
    join(recorded.project.root, log('run')),
    Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from('\nacc=1e-3\n')]),
  );
  expect((await harvestExperiments(recorded.project)).lines).toMatchObject([{ metrics: { acc: 0.001 } }]);
});

describe('series', () => {
  const CURVE = `command: python train.py
harvest:
  acc: {csv: metrics.csv, column: acc, pick: max}
  lr: {csv: metrics.csv, column: lr}
`;
  const table = 'experiments/run/attempts/train-1/metrics.csv';

  async function curveProject(): Promise<{ recorded: RecordedProject; folder: string }> {
    const recorded = await harvestProject({ run: { attempts: done } }, CURVE);
    return { recorded, folder: join(recorded.project.root, 'experiments/run') };
  }

  test('are kept in one file of the experiment, steps as whole numbers and NaN as it is', async () => {
    const { recorded, folder } = await curveProject();
    recorded.write(table, 'step,acc,lr\n10,0.5,0.1\n20,nan,0.1\n30,0.7,0.01\n');
    await harvestExperiments(recorded.project, { ids: ['run'] });
    const nothing = new Float64Array(3).fill(NaN);
    expect(await readSeriesFile(folder)).toEqual(
      new Map([
        ['acc', { steps: Float64Array.of(10, 20, 30), values: Float64Array.of(0.5, NaN, 0.7), times: nothing }],
        ['lr', { steps: Float64Array.of(10, 20, 30), values: Float64Array.of(0.1, 0.1, 0.01), times: nothing }],
      ]),
    );
  });

  test('are read again when their file is gone, and stay when that of the run is', async () => {
    const { recorded, folder } = await curveProject();
    recorded.write(table, 'step,acc,lr\n1,0.5,0.1\n');
    const all = { all: true };
    expect(await kindsOf(recorded, all)).toEqual({ run: 'harvested' });
    expect(await kindsOf(recorded, all)).toEqual({ run: 'unchanged' });
    rmSync(join(folder, 'series.parquet'));
    expect(await kindsOf(recorded, all)).toEqual({ run: 'harvested' });
    rmSync(join(folder, 'attempts/train-1/metrics.csv'));
    await harvestExperiments(recorded.project, all);
    expect([...(await readSeriesFile(folder)).keys()]).toEqual(['acc', 'lr']);
    expect(recorded.project.store.find('run')?.record.harvest?.value.harvest.metrics['acc']).toMatchObject({
      value: 0.5,
      note: expect.stringContaining('its file is gone since') as string,
    });
  });

  test('of a run without any are no file', async () => {
    const { recorded, folder } = await curveProject();
    recorded.write(table, 'step,acc,lr\n1,0.5,0.1\n');
    await harvestExperiments(recorded.project, { all: true });
    recorded.write(table, 'acc,lr\n0.5,0.1\n');
    await harvestExperiments(recorded.project, { all: true });
    expect(existsSync(join(folder, 'series.parquet'))).toBe(false);
  });

  test('of millions of points are read back as they were written', async () => {
    const { folder } = await curveProject();
    const points = 300_000;
    const series = (shift: number): Series => ({
      steps: Float64Array.from({ length: points }, (_, i) => i),
      values: Float64Array.from({ length: points }, (_, i) => i / 7 + shift),
      times: Float64Array.from({ length: points }, (_, i) => 1.7e9 + i),
    });
    const written = new Map([
      ['a', series(0)],
      ['b', series(1)],
    ]);
    const ofOneAttempt = [...written].map(
      ([name, points]) => [name, { parts: [{ attempt: 'train-1', points }], superseded: [] }] as const,
    );
    await writeSeriesFile(folder, new Map(ofOneAttempt));
    expect(await readSeriesFile(folder)).toEqual(written);
  });
});

test('of a run that goes on only what is new is read, and nothing of that is kept when it has ended', async () => {
  const recorded = await harvestProject({ run: { attempts: { 'train-1': [started()] } } });
  const long = '.'.repeat(5000);
  const live = async (): Promise<unknown> =>
    (await harvestExperiments(recorded.project, { ids: ['run'] }, { live: true })).lines[0]?.results['acc'];
  recorded.write(log('run'), `acc=0.5\n${long}\n`);
  expect(await live()).toMatchObject({ value: 0.5, source: { line: 1 } });
  // The beginning is not read again.
  recorded.write(log('run'), `acc=0.9\n${long}\n`);
  expect(await live()).toMatchObject({ value: 0.5 });
  recorded.write(log('run'), `acc=0.9\n${long}\nacc=0.7\nacc=0.8`);
  expect(await live()).toMatchObject({ value: 0.7, source: { line: 3 } });
  const memories = (): string[] => globSync('harvest/*', { cwd: recorded.project.store.localFolder ?? '' });
  expect(memories()).toHaveLength(1);
  await recorded.learn('run', 'train-1', ended());
  expect(await live()).toMatchObject({ value: 0.8, source: { line: 4 } });
  expect(memories()).toEqual([]);
});
