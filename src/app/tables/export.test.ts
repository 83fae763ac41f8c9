import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import { formatCsvLines, type Cell } from '../../report/index.ts';
import { findUnread } from '../harvest/unread.ts';
import { exportTable, type TableExportRequest } from './export.ts';
import type { TableFacts } from './export-table.ts';
import { updateTable } from './export-update.ts';
import { listExperiments } from './list.ts';
import type { Project } from '../project/project.ts';

const done = { 'train-1': [started(), ended()] };

function seeds(lr: number, text: string, accuracies: readonly number[]): { [expId: string]: Life } {
  return Object.fromEntries(
    accuracies.map((acc, i) => [
      `lr${text}_s${i + 1}`,
      {
        params: { learning_rate: lr, seed: i + 1, model: 'resnet50', opt: { betas: [0.9, 1e-3] } },
        written: { '/learning_rate': text, '/opt/betas/1': '1e-3' },
        sweep: 'lrs',
        attempts: done,
        metrics: { acc, note: `run ${i}` },
      },
    ]),
  );
}

const SWEEP = { ...seeds(0.0001, '1e-4', [0.5, 0.75]), ...seeds(0.1, '0.10', [0.25, 0.25]) };

const MIXED: { readonly [expId: string]: Life } = {
  best: {
    params: { lr: 0.1, amp: null },
    attempts: done,
    metrics: { acc: 0.1 + 0.2, loss: { value: null, nonfinite: 'inf' } },
  },
  holey: {
    params: { lr: 0.2 },
    attempts: done,
    metrics: { loss: { value: null, nonfinite: 'nan' } },
    missing: { acc: { reason: 'no_match', said: '/acc/ finds no value' } },
  },
  unread: { params: { lr: 0.3 }, attempts: done },
  dead: { params: { lr: 0.3 }, attempts: { 'train-1': [started(), ended(1)] }, metrics: { acc: null } },
  runs: { params: { lr: 0.3 }, attempts: { 'train-1': [started()] } },
  waits: { params: { lr: 0.3 }, attempts: { 'train-1': [] } },
  fresh: { params: { lr: 0.3 } },
};

async function textOf(project: Project, request: TableExportRequest = {}): Promise<string> {
  return (await exportTable(project, '-', request)).text ?? '';
}

async function refusal(act: Promise<unknown>): Promise<SheafError['problems'][number] & { exitCode: number }> {
  const error: unknown = await act.catch((caught: unknown) => caught);
  if (error instanceof SheafError) return { ...error.problems[0], exitCode: error.exitCode };
  throw error instanceof Error ? error : new Error('nothing was refused');
}

/** The template of all experiments says what to read. */
const MEASURED = { 'templates/t.yaml': 'command: "true"\nharvest: { acc: { jsonl: m.jsonl } }\n' };

describe('an export', () => {
  test('has by default what tells the rows apart, numbers as written, all metrics, and why one is missing', async () => {
    const { project } = await recordedProject(SWEEP);
    expect(await textOf(project)).toBe(
      [
        'exp_id,status,sweep,learning_rate,seed,acc,note,missing',
        'lr0.10_s2,completed,lrs,0.10,2,0.25,run 1,',
        'lr0.10_s1,completed,lrs,0.10,1,0.25,run 0,',
        'lr1e-4_s2,completed,lrs,1e-4,2,0.75,run 1,',
        'lr1e-4_s1,completed,lrs,1e-4,1,0.5,run 0,',
        '',
      ].join('\n'),
    );
  });

  test('never has an empty cell without a cause, and never a made-up number', async () => {
    const { project } = await recordedProject(MIXED, MEASURED);
    const exported = await exportTable(project, '-', { ids: Object.keys(MIXED) });
    expect(exported.text).toBe(
      [
        'exp_id,status,cause,lr,amp,acc,loss,missing',
        'best,completed,,0.1,,0.30000000000000004,inf,',
        'holey,completed,,0.2,,,nan,acc: no_match',
        'unread,completed,,0.3,,,,not_harvested',
        'dead,failed,exit_code,0.3,,,,acc: null; loss: no_rule',
        'runs,running,,0.3,,,,running',
        'waits,queued,,0.3,,,,queued',
        'fresh,created,,0.3,,,,not_run',
        '',
      ].join('\n'),
    );
    expect(exported).toMatchObject({
      rows: 7,
      experiments: 7,
      missing: { no_match: 1, not_harvested: 2, no_rule: 1, null: 1, running: 2, queued: 2, not_run: 2 },
      warnings: ['1 completed experiment has unread results: unread; run sheaf harvest'],
    });
  });

  test('of chosen columns says which metrics have no value unless a column does', async () => {
    const { project } = await recordedProject(MIXED);
    const request = { ids: ['best', 'holey'], columns: ['exp_id,acc'] };
    const exported = await exportTable(project, '-', request);
    expect(exported.text).toBe('exp_id,acc\nbest,0.30000000000000004\nholey,\n');
    expect(exported.warnings).toEqual([
      '1 cell has no number: in 1 nothing matches the rule; the column "missing" says which',
    ]);
    const told = await exportTable(project, '-', { ...request, columns: ['exp_id', 'missing', 'acc'] });
    expect(told.text).toBe('exp_id,acc,missing\nbest,0.30000000000000004,\nholey,,acc: no_match\n');
    expect(told.warnings).toEqual([]);
    expect((await exportTable(project, '-', { columns: ['exp_id'] })).warnings).toEqual([]);
  });

  test('writes times in ISO 8601, lists as JSON with numbers as written, and nested parameters by their dotted names', async () => {
    const { project } = await recordedProject(SWEEP);
    const columns = ['created', 'started', 'ended', 'opt.betas', 'tags'];
    const [, row] = (await textOf(project, { columns, ids: ['lr1e-4_s1'] })).split('\n');
    const iso = new Date(LIFE_MS).toISOString();
    expect(row).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,/);
    expect(row?.slice(25)).toBe(`${iso},${new Date(LIFE_MS + 60_000).toISOString()},"[0.9, 1e-3]",`);
  });

  test('as JSON is an array of objects with the same columns, numbers as numbers', async () => {
    const { project } = await recordedProject({ ...MIXED, ...SWEEP });
    const text = await textOf(project, {
      format: 'json',
      ids: ['best', 'holey', 'lr1e-4_s1'],
      columns: ['exp_id', 'lr', 'learning_rate', 'opt.betas', 'acc', 'loss', 'missing'],
    });
    expect(JSON.parse(text)).toEqual([
      { exp_id: 'best', lr: 0.1, learning_rate: null, 'opt.betas': null, acc: 0.1 + 0.2, loss: 'inf', missing: null },
      {
        exp_id: 'holey',
        lr: 0.2,
        learning_rate: null,
        'opt.betas': null,
        acc: null,
        loss: 'nan',
        missing: 'acc: no_match',
      },
      {
        exp_id: 'lr1e-4_s1',
        lr: null,
        learning_rate: 0.0001,
        'opt.betas': [0.9, 0.001],
        acc: 0.5,
        loss: null,
        missing: 'loss: no_rule',
      },
    ]);
    expect(JSON.parse(await textOf(project, { format: 'json', where: 'lr > 5' }))).toEqual([]);
  });

  test('takes its columns from sheaf.yaml, and lists those that nothing has yet', async () => {
    const { project } = await recordedProject(SWEEP, {
      'sheaf.yaml': 'scheduler: local\nexport:\n  columns: [exp_id, acc, f1]\n',
    });
    const exported = await exportTable(project, '-', { ids: ['lr1e-4_s1'] });
    expect(exported.text).toBe('exp_id,acc\nlr1e-4_s1,0.5\n');
    expect(exported.warnings).toEqual([
      'export.columns in sheaf.yaml: no experiment has a parameter, a result or a field "f1"; the column is left out',
    ]);
  });

  test('warns if results are older than the last run', async () => {
    const recorded = await recordedProject({ run: { attempts: done, metrics: { acc: 1 } } }, MEASURED);
    expect((await exportTable(recorded.project, '-')).warnings).toEqual([]);
    await recorded.learn('run', 'train-2', started(LIFE_MS + 1), ended(0, LIFE_MS + 2));
    expect((await exportTable(recorded.project, '-')).warnings).toEqual([
      '1 completed experiment has unread results: run; run sheaf harvest',
      '1 of these has the values of an earlier run: run',
    ]);
  });

  test('counts unread results as the first page does, and says what has none', async () => {
    const crashed = { 'train-1': [started(), ended(1)] };
    const { project } = await recordedProject(
      {
        read: { attempts: done, metrics: { acc: 1 } },
        unread: { attempts: done },
        quiet: { attempts: done, template: 'quiet' },
        died: { attempts: crashed },
        goes_on: { attempts: { 'train-1': [started()] } },
      },
      { ...MEASURED, 'templates/quiet.yaml': 'command: "true"\n' },
    );
    const { warnings, missing } = await exportTable(project, '-');
    expect(warnings).toEqual([
      '1 completed experiment has unread results: unread; run sheaf harvest',
      '1 failed, cancelled or stopped experiment has no results: died; sheaf status shows why',
    ]);
    expect(missing).toEqual({ not_harvested: 2, no_rule: 1, running: 1 });
    expect(await findUnread(project, 5)).toEqual({ count: 1, newest: ['unread'] });
    const grouped = await exportTable(project, '-', { groupBy: ['template'] });
    expect(grouped.warnings).toEqual(expect.arrayContaining(warnings.slice()));
  });

  test('replaces its file, and takes the format from the name', async () => {
    const { project } = await recordedProject(SWEEP);
    const folder = temporaryFolder();
    const [csv, json] = [join(folder, 'a.csv'), join(folder, 'a.JSON')];
    expect(await exportTable(project, csv)).toMatchObject({ path: csv, format: 'csv', rows: 4 });
    await exportTable(project, csv, { columns: ['exp_id'], limit: 1 });
    await exportTable(project, json, { columns: ['exp_id'], limit: 1 });
    expect([readFileSync(csv, 'utf8'), readFileSync(json, 'utf8')]).toEqual([
      'exp_id\nlr0.10_s2\n',
      '[\n{"exp_id":"lr0.10_s2"}\n]\n',
    ]);
  });

  test('refuses what is no plain file or no known format, and writes nothing', async () => {
    const { project } = await recordedProject(SWEEP);
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub.csv'));
    symlinkSync('/dev/null', join(folder, 'null.csv'));
    expect(await refusal(exportTable(project, join(folder, 'sub.csv')))).toMatchObject({
      code: 'export.file',
      exitCode: 2,
    });
    expect(await refusal(exportTable(project, join(folder, 'null.csv')))).toMatchObject({ code: 'export.file' });
    expect(await refusal(exportTable(project, join(folder, 'a.xlsx')))).toMatchObject({ code: 'export.format' });
    expect(await refusal(exportTable(project, join(folder, 'b.csv'), { columns: ['acu'] }))).toMatchObject({
      code: 'field.unknown',
    });
    expect(existsSync(join(folder, 'b.csv'))).toBe(false);
  });
});

const STATS = ['n,mean', 'std'];

test('an export has the same cells as a list, for all that there is', async () => {
  const { project } = await recordedProject({ ...MIXED, ...SWEEP });
  const { columns, rows } = listExperiments(project, { columns: ['all'] });
  const listed = formatCsvLines(
    columns.map(({ header }) => header),
    rows.map(({ cells }) => cells),
  );
  expect(await textOf(project, { columns: ['all'] })).toBe([...listed].join(''));
});

test('an export keeps a table private, and goes through a link', async () => {
  const { project } = await recordedProject(SWEEP);
  const folder = temporaryFolder();
  const [csv, link] = [join(folder, 'a.csv'), join(folder, 'link.csv')];
  for (const format of ['csv', 'parquet'] as const) {
    writeFileSync(csv, 'old', { mode: 0o600 });
    symlinkSync(csv, link);
    await exportTable(project, link, { columns: ['exp_id'], format });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(csv).mode & 0o777).toBe(0o600);
    expect(readFileSync(csv, 'utf8')).not.toBe('old');
    rmSync(link);
  }
});

describe('an export by groups', () => {
  test('has n, mean and deviation of each metric over the seeds', async () => {
    const { project } = await recordedProject(SWEEP);
    const exported = await exportTable(project, '-', { groupBy: ['learning_rate,model'], stats: STATS });
    expect(exported.text).toBe(
      [
        'learning_rate,model,n,acc_n,acc_mean,acc_std,missing',
        `1e-4,resnet50,2,2,0.625,${Math.sqrt(0.03125)},`,
        '0.10,resnet50,2,2,0.25,0,',
        '',
      ].join('\n'),
    );
    expect(exported).toMatchObject({ rows: 2, experiments: 4, warnings: [] });
  });

  test('counts experiments without a value, and lists them with the cause', async () => {
    const { project } = await recordedProject(MIXED, MEASURED);
    const { text, missing } = await exportTable(project, '-', {
      groupBy: ['lr'],
      columns: ['acc', 'loss'],
      stats: STATS,
    });
    expect(text).toBe(
      [
        'lr,n,acc_n,acc_mean,acc_std,loss_n,loss_mean,loss_std,missing',
        '0.1,1,1,0.30000000000000004,,0,,,loss: best (inf)',
        '0.2,1,0,,,0,,,acc: holey (no_match); loss: holey (nan)',
        '0.3,5,0,,,0,,,"acc: fresh (not_run), waits (queued), runs (running), dead (null), unread (not_harvested); ' +
          'loss: fresh (not_run), waits (queued), runs (running), dead (no_rule), unread (not_harvested); failed: dead (exit_code)"',
        '',
      ].join('\n'),
    );
    expect(missing).toMatchObject({ no_match: 1, inf: 1, nan: 1, not_run: 2 });
  });

  test('warns if a mean mixes more than seeds', async () => {
    const { project } = await recordedProject(SWEEP);
    expect((await exportTable(project, '-', { groupBy: ['model'] })).warnings).toEqual([
      'experiments of one group also differ in learning_rate, which is not a seed: group by it, too, or filter; ' +
        'if it only repeats runs, add schema: {learning_rate: {role: seed}} to the template, for new experiments',
    ]);
  });

  test('as JSON has numbers, and nulls for missing values', async () => {
    const { project } = await recordedProject(SWEEP);
    const text = await textOf(project, {
      groupBy: ['learning_rate', 'seed'],
      format: 'json',
      where: 'seed = 1',
      stats: STATS,
    });
    expect(JSON.parse(text)).toEqual([
      { learning_rate: 0.0001, seed: 1, n: 1, acc_n: 1, acc_mean: 0.5, acc_std: null, missing: null },
      { learning_rate: 0.1, seed: 1, n: 1, acc_n: 1, acc_mean: 0.25, acc_std: null, missing: null },
    ]);
  });

  test('takes metrics only, and a text metric only when asked for', async () => {
    const { project } = await recordedProject(SWEEP);
    expect(await refusal(exportTable(project, '-', { groupBy: ['seed'], columns: ['acc', 'model'] }))).toMatchObject({
      code: 'group.column',
      exitCode: 2,
    });
    const { text, missing } = await exportTable(project, '-', {
      groupBy: ['seed'],
      columns: ['seed', 'note'],
      stats: STATS,
    });
    expect(text?.split('\n')[0]).toBe('seed,n,note_n,note_mean,note_std,missing');
    expect(missing).toEqual({ not_a_number: 4 });
  });

  test('keeps keys apart from its own columns', async () => {
    const { project } = await recordedProject({
      a: { params: { n: 1, missing: 2 }, attempts: done, metrics: { acc: 1 } },
    });
    expect((await textOf(project, { groupBy: ['n', 'missing'], stats: STATS })).split('\n')[0]).toBe(
      'params.n,params.missing,n,acc_n,acc_mean,acc_std,missing',
    );
    expect((await textOf(project)).split('\n')[0]).toBe('exp_id,status,n,params.missing,acc,missing');
  });
});

describe('an update', () => {
  test.each(['exp_id,acc,note\na,1,mine\n', undefined])(
    'overwrites nothing that someone saves in the meantime: %j',
    (before) => {
      const path = join(temporaryFolder(), 'master.csv');
      const theirs = 'exp_id,acc,note\na,1,mine and more\n';
      if (before !== undefined) writeFileSync(path, before);
      function* rows(): Generator<Cell[]> {
        yield ['a', 2];
        writeFileSync(path, theirs);
      }
      const facts = (): TableFacts => ({ experiments: 1, missing: {}, warnings: [] });
      const table = { columns: [{ name: 'exp_id' }, { name: 'acc' }], rows: rows(), key: 0, facts };
      const update = (): unknown => updateTable(table, { file: 'master.csv', path, name: 'csv' });
      expect(update).toThrow('master.csv was changed by someone else');
      expect(readFileSync(path, 'utf8')).toBe(theirs);
    },
  );
});

describe('a list', () => {
  test('has by default what tells the rows apart', async () => {
    const { project } = await recordedProject(SWEEP);
    const { columns, rows, total } = listExperiments(project, { limit: 2, where: 'learning_rate < 0.1' });
    expect(columns.map(({ header }) => header)).toEqual(['exp_id', 'status', 'sweep', 'seed', 'acc', 'note']);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['lr1e-4_s2', 'completed', 'lrs', '2', 0.75, 'run 1'],
      ['lr1e-4_s1', 'completed', 'lrs', '1', 0.5, 'run 0'],
    ]);
    expect(total).toBe(2);
  });

  test('of one experiment has all its parameters', async () => {
    const { project } = await recordedProject(SWEEP);
    const { columns } = listExperiments(project, { ids: ['lr1e-4_s1'] });
    expect(columns.map(({ header }) => header)).toEqual([
      'exp_id',
      'status',
      'sweep',
      'learning_rate',
      'seed',
      'model',
      'opt.betas',
      'acc',
      'note',
    ]);
  });

  test('has the columns that are asked for, as values if that is asked', async () => {
    const { project } = await recordedProject(SWEEP);
    const request = { ids: ['lr1e-4_s1'], columns: ['learning_rate', 'job'] };
    expect(listExperiments(project, request).rows[0]?.cells).toEqual(['1e-4', 'lr1e-4_s1/train-1']);
    expect(listExperiments(project, { ...request, values: true }).rows[0]?.cells[0]).toBe(0.0001);
  });
});
