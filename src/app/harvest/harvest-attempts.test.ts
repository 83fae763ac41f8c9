import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ended, recordedProject, started, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { asKey, asToken } from '../../core/ids.ts';
import { readParquet } from '../../system/index.ts';
import { harvestExperiments } from './harvest.ts';
import type { HarvestLine } from '../project/types.ts';
import { readSeriesFile } from '../series/series-file.ts';

const HARVEST = `command: python train.py
harvest:
  loss: {log: 'step (?<step>\\d+) loss (\\S+)', pick: min}
  last: {log: 'step (?<step>\\d+) loss (\\S+)', pick: last}
  points: {csv: metrics.csv, column: loss, pick: count, required: false}
  val: {metrics: true, key: val, pick: min, required: false}
  at_best: {csv: metrics.csv, column: acc, required: false}
  best: {metric: loss, mode: min}
`;

/** What an attempt wrote: the losses of the steps from `first` on. */
interface Written {
  readonly first: number;
  readonly losses: readonly number[];
  /** In `started.json`; absent: there is no such file. */
  readonly checkpoint?: string | null;
}

const attemptPath = (n: number, file: string): string => `experiments/run/attempts/train-${n}/${file}`;

function startedJson(n: number, checkpoint: string | null): string {
  return JSON.stringify({
    schema: 1,
    exp_id: 'run',
    key: 'k',
    stage: 'train',
    attempt: n,
    token: 't',
    job_id: '7',
    restart: n - 1,
    host: 'gn01',
    pid: 1,
    cuda_visible_devices: null,
    nodes: 'gn01',
    cwd: '/project',
    checkpoint,
    started_at: '2026-03-10T12:00:00.000Z',
  });
}

/** A run whose last attempt completed, or still runs. */
async function runOf(
  attempts: readonly Written[],
  { template = HARVEST, isLive = false, checkpoint = false } = {},
): Promise<RecordedProject> {
  const names = attempts.map((_, i) => `train-${i + 1}`);
  const facts = names.map((name, i) => {
    if (i < names.length - 1) return [name, [started(), ended(1)]] as const;
    return [name, isLive ? [started()] : [started(), ended()]] as const;
  });
  const settings = {
    resources: {},
    command: 'true',
    ...(checkpoint && { checkpoint: { path: 'ckpt*', pick: 'step' } }),
  };
  const recorded = await recordedProject(
    { run: { attempts: Object.fromEntries(facts), settings: settings as never } },
    { 'templates/t.yaml': template },
  );
  attempts.forEach((written, i) => write(recorded, i + 1, written));
  return recorded;
}

function write(recorded: RecordedProject, n: number, { first, losses, checkpoint: resumedFrom }: Written): void {
  const rows = losses.map((loss, at) => ({ step: first + at, loss }));
  recorded.write(attemptPath(n, 'out.log'), rows.map(({ step, loss }) => `step ${step} loss ${loss}\n`).join(''));
  const cells = rows.map(({ step, loss }) => `${step},${loss},${step / 100}\n`);
  recorded.write(attemptPath(n, 'metrics.csv'), `step,loss,acc\n${cells.join('')}`);
  const lines = rows.filter(({ step }) => step % 2 === 0).map(({ step, loss }) => ({ step, val: loss + 1 }));
  recorded.write(attemptPath(n, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  if (resumedFrom !== undefined) recorded.write(attemptPath(n, 'started.json'), startedJson(n, resumedFrom));
}

async function harvestRun(recorded: RecordedProject, live = false): Promise<HarvestLine | undefined> {
  return (await harvestExperiments(recorded.project, { ids: ['run'] }, { live })).lines[0];
}

const notesOf = (recorded: RecordedProject): readonly string[] =>
  recorded.project.store.find('run')?.record.harvest?.value.harvest.notes ?? [];

const folderOf = ({ project }: RecordedProject): string => join(project.root, 'experiments/run');

/** Preempted three times; the best loss is in the first attempt, and its step is not repeated. */
const PREEMPTED: readonly Written[] = [
  { first: 1, losses: [0.9, 0.1, 0.8, 0.05], checkpoint: null },
  { first: 4, losses: [0.7, 0.6], checkpoint: '/ckpt3' },
  { first: 6, losses: [0.5], checkpoint: '/ckpt5' },
];

describe('the series of a run that went on in further attempts', () => {
  test('is joined by step, whatever it is read from, and values are picked of all of it', async () => {
    const recorded = await runOf(PREEMPTED, { checkpoint: true });
    expect(await harvestRun(recorded)).toMatchObject({
      kind: 'harvested',
      metrics: { loss: 0.1, last: 0.5, points: 6, val: 1.1, at_best: 0.02 },
      results: {
        loss: { source: { file: 'attempts/train-1/out.log', step: 2 } },
        last: { source: { file: 'attempts/train-3/out.log', line: 1, step: 6 } },
        val: { source: { file: 'attempts/train-1/metrics.jsonl', step: 2 } },
        at_best: { source: { file: 'attempts/train-1/metrics.csv', step: 2 } },
      },
    });
    expect(notesOf(recorded)).toEqual([]);
    const curves = await readSeriesFile(folderOf(recorded));
    expect([...(curves.get('last')?.steps ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(curves.get('last')?.values ?? [])]).toEqual([0.9, 0.1, 0.8, 0.7, 0.6, 0.5]);
    expect([...(curves.get('val')?.steps ?? [])]).toEqual([2, 4, 6]);
    const { harvest } = recorded.project.store.find('run')?.record.harvest?.value ?? {};
    expect(harvest?.attempts).toEqual(['train-1', 'train-2', 'train-3']);
  });

  test('keeps what was superseded, marked, in the file', async () => {
    const recorded = await runOf(PREEMPTED, { checkpoint: true });
    await harvestRun(recorded);
    const columns = await readParquet(join(folderOf(recorded), 'series.parquet'));
    const rows = [...(columns.get('metric')?.values ?? [])].flatMap((metric, i) =>
      metric === 'last' ? [['attempt', 'step', 'value', 'superseded'].map((name) => columns.get(name)?.values[i])] : [],
    );
    expect(rows).toEqual([
      ['train-1', 1, 0.9, false],
      ['train-1', 2, 0.1, false],
      ['train-1', 3, 0.8, false],
      ['train-2', 4, 0.7, false],
      ['train-2', 5, 0.6, false],
      ['train-3', 6, 0.5, false],
      ['train-1', 4, 0.05, true],
    ]);
  });

  test('starts again if the job had no checkpoint, with a remark', async () => {
    const [first, second] = PREEMPTED;
    const recorded = await runOf([first, { ...second, checkpoint: null }] as Written[], { checkpoint: true });
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ loss: 0.6, points: 2 });
    expect(notesOf(recorded)).toEqual(['train-2 started without a checkpoint: values of train-1 are superseded']);
  });

  test('starts again if an attempt without a record begins at the first step again, with a remark', async () => {
    const recorded = await runOf([
      { first: 1, losses: [0.9, 0.1, 0.8] },
      { first: 1, losses: [0.95, 0.6] },
    ]);
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ loss: 0.6, last: 0.6, points: 2 });
    expect(notesOf(recorded)).toEqual(['train-2 started again from the first step: values of train-1 are superseded']);
  });

  test('is read from one file only if all attempts write into it', async () => {
    const recorded = await runOf(PREEMPTED, { checkpoint: true });
    for (const n of [1, 2, 3]) {
      const path = join(recorded.project.root, attemptPath(n, 'metrics.csv'));
      rmSync(path);
      symlinkSync('../../metrics.csv', path);
    }
    recorded.write('experiments/run/metrics.csv', 'step,loss,acc\n1,3,0\n2,2,0\n3,1,0\n');
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ points: 3 });
    expect(notesOf(recorded)).toEqual([]);
  });

  test('lacks what an attempt whose files are gone left behind, with a remark', async () => {
    const recorded = await runOf(PREEMPTED, { checkpoint: true });
    rmSync(join(folderOf(recorded), 'attempts/train-1'), { recursive: true });
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ loss: 0.5, points: 3 });
    expect(notesOf(recorded)).toEqual(['the series lack values of train-1: its folder is gone']);
  });

  test('lacks what an attempt left no file of, unless a later attempt wrote all steps', async () => {
    const recorded = await runOf([
      { first: 1, losses: [0.9] },
      { first: 2, losses: [0.8, 0.7] },
    ]);
    rmSync(join(folderOf(recorded), 'attempts/train-1/metrics.csv'));
    await harvestRun(recorded);
    expect(notesOf(recorded)).toEqual(['the series lack values of train-1: it left no such file']);
    const crashed = await runOf([
      { first: 1, losses: [] },
      { first: 1, losses: [0.8, 0.7] },
    ]);
    rmSync(join(folderOf(crashed), 'attempts/train-1/metrics.csv'));
    expect((await harvestRun(crashed))?.metrics).toMatchObject({ points: 2 });
    expect(notesOf(crashed)).toEqual([]);
  });

  test('stays as it was read when an attempt is gone since and nothing has run', async () => {
    const recorded = await runOf(PREEMPTED, { checkpoint: true });
    await harvestRun(recorded);
    rmSync(join(folderOf(recorded), 'attempts/train-1'), { recursive: true });
    const line = await harvestRun(recorded);
    expect(line?.metrics).toMatchObject({ loss: 0.1, last: 0.5, points: 6 });
    expect(line?.results['loss']?.note).toContain('its file is gone since');
    expect([...((await readSeriesFile(folderOf(recorded))).get('last')?.steps ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(notesOf(recorded)).toEqual([]);
  });

  test('begins again with a fresh attempt, which has nothing of those before it', async () => {
    const [first, second] = PREEMPTED as [Written, Written];
    const recorded = await runOf([first, { ...second, checkpoint: null }]);
    const { key } = recorded.project.store.find('run') ?? {};
    await recorded.project.store.append([
      {
        type: 'submitting',
        token: asToken('token-fresh'),
        scheduler: 'local:test',
        members: [{ key: key ?? asKey(''), stage: 'train', n: 2 }],
        fresh: true,
        owner: 'h:1:1:1',
      },
    ]);
    recorded.write(attemptPath(1, 'metrics.csv'), 'step,loss,acc\n1,0.001,0\n');
    rmSync(join(recorded.project.root, attemptPath(2, 'metrics.csv')));
    const line = await harvestRun(recorded);
    expect(line?.metrics).toMatchObject({ loss: 0.6 });
    expect(line?.missing).toMatchObject({ points: { reason: 'no_file' } });
    expect(notesOf(recorded)).toEqual(['train-2 started without a checkpoint: values of train-1 are superseded']);
  });

  test('is that of the last attempt if nothing gives the steps, with a remark', async () => {
    const template = `command: python train.py\nharvest:\n  loss: {log: 'loss (\\S+)', pick: min}\n  last: {log: 'loss (\\S+)'}\n`;
    const recorded = await runOf(PREEMPTED, { checkpoint: true, template });
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ loss: 0.5, last: 0.5 });
    expect(notesOf(recorded)).toEqual([
      'loss: values of train-3 alone, because without steps those of earlier attempts cannot be joined',
    ]);
  });

  test('keeps a value that only an earlier attempt wrote', async () => {
    const recorded = await runOf(PREEMPTED, { checkpoint: true });
    recorded.write(attemptPath(3, 'metrics.jsonl'), '{"step": 6, "other": 1}\n');
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ val: 1.1 });
    recorded.write(attemptPath(3, 'out.log'), 'nothing left to do\n');
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ loss: 0.1, last: 0.6 });
  });

  test('grows while the run goes on, and what ended is read once', async () => {
    const [first, second, third] = PREEMPTED as [Written, Written, Written];
    const recorded = await runOf([first, second, third], { checkpoint: true, isLive: true });
    expect((await harvestRun(recorded, true))?.metrics).toMatchObject({ loss: 0.1, points: 6 });
    write(recorded, 3, { ...third, losses: [0.5, 0.04] });
    expect((await harvestRun(recorded, true))?.metrics).toMatchObject({ loss: 0.04, last: 0.04, points: 7 });
    await recorded.learn('run', 'train-3', ended());
    expect((await harvestRun(recorded))?.metrics).toMatchObject({ loss: 0.04, points: 7 });
  });
});
