import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, readTracked, readTrackedFolder, valuesOf } from '../../../test/support/read-tracked.ts';
import { newRunFolder } from '../../../test/support/run-folder.ts';
import { lightning } from './lightning.ts';

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/harvest/lightning');

/** `[step, value]` of each point, by column. */
async function columns(text: string, options?: { unfinished?: boolean }): Promise<Record<string, number[][]>> {
  const points = pointsOf(await readTracked(lightning, { 'metrics.csv': text }, options));
  const plain = Object.entries(points).map(([key, rows]) => [key, rows.map((row) => row.slice(0, 2))] as const);
  return Object.fromEntries(plain);
}

async function notes(files: Record<string, string>, options?: { unfinished?: boolean }): Promise<readonly string[]> {
  return (await readTracked(lightning, files, options)).notes;
}

test('a table may have 200,000 columns', async () => {
  const names = Array.from({ length: 200_000 }, (_, i) => i.toString(36));
  const text = `step,${names.join(',')},c7\n1${',2'.repeat(names.length + 1)}\n`;
  const wants = (key: string): boolean => key === 'c7' || key === '4abj';
  const run = await readTracked(lightning, { 'metrics.csv': text }, { wants });
  expect(Object.keys(pointsOf(run))).toEqual(['4abj']);
  expect(run.notes).toEqual(['metrics.csv has several columns named c7: they are left out']);
});

describe('a real run', () => {
  test('gives each filled cell of metrics.csv as a point at its step', async () => {
    const run = await readTrackedFolder(lightning, FIXTURE);
    const [header = '', ...rows] = readFileSync(join(FIXTURE, 'csv/version_0/metrics.csv'), 'utf8')
      .trim()
      .split(/\r?\n/);
    const names = header.split(',');
    const expected: Record<string, number[][]> = {};
    for (const row of rows.map((line) => line.split(','))) {
      names.forEach((name, i) => {
        if (name !== 'step' && row[i] !== '') (expected[name] ??= []).push([Number(row[1]), Number(row[i]), NaN]);
      });
    }
    expect(pointsOf(run)).toEqual(expected);
    expect(run.series.get('val_acc')?.points.values.at(-1)).toBe(0.9219143390655518);
    expect(run.series.get('val_acc')?.file).toBe('csv/version_0/metrics.csv');
    expect(run.notes).toEqual([]);
  });

  test('gives hparams.yaml as values, with their lines', async () => {
    const run = await readTrackedFolder(lightning, FIXTURE);
    const file = 'csv/version_0/hparams.yaml';
    expect(Object.fromEntries(run.values)).toEqual({
      'hparams/hidden': { value: 128, file, line: 1 },
      'hparams/lr': { value: 0.001, file, line: 2 },
    });
  });

  test('gives only the requested keys', async () => {
    const run = await readTrackedFolder(lightning, FIXTURE, {
      wants: (key) => ['val_acc', 'hparams/lr'].includes(key),
    });
    expect([...run.series.keys(), ...run.values.keys()]).toEqual(['val_acc', 'hparams/lr']);
  });
});

describe('of several versions', () => {
  const metrics = (value: number): string => `step,loss\n1,${value}\n`;

  test('the highest is read, and the others are named', async () => {
    const files = {
      'logs/version_2/metrics.csv': metrics(2),
      'logs/version_10/metrics.csv': metrics(10),
      'logs/version_9/hparams.yaml': 'lr: 9\n',
    };
    const run = await readTracked(lightning, files);
    expect(pointsOf(run)).toEqual({ loss: [[1, 10, NaN]] });
    expect(run.notes).toEqual(['logs/version_10 is read, and not logs/version_2, logs/version_9']);
  });

  test('the highest is read even when it has no metrics yet: those of an earlier one are not its own', async () => {
    const run = await readTracked(lightning, {
      'version_0/metrics.csv': metrics(1),
      'version_1/hparams.yaml': 'lr: 2\n',
    });
    expect([pointsOf(run), valuesOf(run)]).toEqual([{}, { 'hparams/lr': 2 }]);
    expect(run.notes).toEqual(['version_1 is read, and not version_0']);
  });

  test('and several loggers the newest with metrics is read', async () => {
    const { path, write } = newRunFolder();
    for (const [i, name] of ['a', 'c', 'b'].entries()) {
      write(`${name}/version_0/metrics.csv`, metrics(i));
      utimesSync(join(path, `${name}/version_0/metrics.csv`), 1000 + i, 1000 + i);
    }
    write('tensorboard/version_5/hparams.yaml', 'lr: 1\n');
    const run = await readTrackedFolder(lightning, path);
    expect(pointsOf(run)).toEqual({ loss: [[1, 2, NaN]] });
    expect(run.notes).toEqual(['b/version_0 is read, and not a/version_0, c/version_0']);
  });
});

describe('metrics.csv', () => {
  test('NaN and infinities are points', async () => {
    expect(await columns('step,x\n1,nan\n2,inf\n3,-inf\n')).toEqual({
      x: [
        [1, NaN],
        [2, Infinity],
        [3, -Infinity],
      ],
    });
  });

  test('of a run that went on in it, with its header again, is one series in the order of steps', async () => {
    expect(await columns('step,x\n1,10\n5,50\nstep,x\n3,30\n5,51\n')).toEqual({
      x: [
        [1, 10],
        [3, 30],
        [5, 50],
        [5, 51],
      ],
    });
  });

  test('the last row counts without a newline, unless its writer may still go on', async () => {
    expect(await columns('step,x\n1,10\n2,2')).toEqual({
      x: [
        [1, 10],
        [2, 2],
      ],
    });
    expect(await columns('step,x\n1,10\n2,2', { unfinished: true })).toEqual({ x: [[1, 10]] });
  });

  test('without a column step its rows are counted', async () => {
    expect(await columns('x\n7\n8\n')).toEqual({
      x: [
        [0, 7],
        [1, 8],
      ],
    });
    expect(await notes({ 'metrics.csv': 'x\n7\n8\n' })).toEqual([
      'metrics.csv has no column step: its rows are counted, from 0',
    ]);
  });

  test.each([
    [
      'text among numbers',
      'step,x\n1,10\n2,oops\n3,30\n',
      {
        x: [
          [1, 10],
          [3, 30],
        ],
      },
      'lines left out of metrics.csv, for their x is no number: 3',
    ],
    [
      'a row without a step',
      'step,x\n,10\n2,20\n1.5,7\n',
      { x: [[2, 20]] },
      'lines left out of metrics.csv, for their step is no whole number: 2, 4',
    ],
    [
      'a row of another length',
      'step,x\n1,10\n2,20,3\n3,30\n',
      { x: [[1, 10]] },
      'line 3 of metrics.csv has 3 cells, but the header has 2: the file is read up to there',
    ],
    [
      'an open quote',
      'step,x\n1,10\n"2,20\n',
      { x: [[1, 10]] },
      'the row that begins at line 3 of metrics.csv never ends: the file is read up to there',
    ],
    [
      'two columns of one name',
      'step,x,x,y\n1,1,2,3\n',
      { y: [[1, 3]] },
      'metrics.csv has several columns named x: they are left out',
    ],
    ['no rows', 'step,x\n', {}, 'metrics.csv has a header but no rows'],
    ['nothing', '', {}, 'metrics.csv is empty'],
  ])('%s is reported', async (_what, text, expected, note) => {
    expect(await columns(text)).toEqual(expected);
    expect(await notes({ 'metrics.csv': text })).toEqual([note]);
  });

  test('that is being written needs no word', async () => {
    for (const text of ['', 'step,', 'step,x\n', 'step,x\n1,"2']) {
      expect(await notes({ 'metrics.csv': text }, { unfinished: true })).toEqual([]);
    }
  });

  test('of any text ends in a run', async () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^step,x\n(?:[0-9,."\n-]{0,30})$/));
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (content, unfinished) => {
        const found = await columns(content, { unfinished });
        expect(
          Object.values(found)
            .flat(2)
            .every((number) => typeof number === 'number'),
        ).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('hparams.yaml', () => {
  async function values(yaml: string): Promise<Record<string, unknown>> {
    return valuesOf(await readTracked(lightning, { 'hparams.yaml': yaml }));
  }

  test('is YAML 1.1 as PyYAML writes it', async () => {
    const yaml = `n: 3\ny: 'on'\nflag: y\namp: true\n'off': no\nlr: 1.0e-05\nbad: .nan\nmost: .inf\nday: 2026-01-02\nnothing: null\nname: 'null'\n`;
    expect(await values(yaml)).toEqual({
      'hparams/n': 3,
      'hparams/y': 'on',
      'hparams/flag': 'y',
      'hparams/amp': true,
      'hparams/off': false,
      'hparams/lr': 1e-5,
      'hparams/bad': 'nan',
      'hparams/most': 'inf',
      'hparams/day': '2026-01-02',
      'hparams/name': 'null',
    });
  });

  test('an integer with more digits than a number keeps stays text', async () => {
    expect(await values('seed: 12345678901234567890\n')).toEqual({ 'hparams/seed': '12345678901234567890' });
  });

  test('maps, lists, tuples and what several keys share are values by their paths', async () => {
    const yaml = `optimizer: &id001\n  name: adam\n  betas: !!python/tuple\n  - 0.9\n  - 0.99\ncopy: *id001\nlayers: [64, 32]\n`;
    expect(await values(yaml)).toEqual({
      'hparams/optimizer/name': 'adam',
      'hparams/optimizer/betas/0': 0.9,
      'hparams/optimizer/betas/1': 0.99,
      'hparams/copy/name': 'adam',
      'hparams/copy/betas/0': 0.9,
      'hparams/copy/betas/1': 0.99,
      'hparams/layers/0': 64,
      'hparams/layers/1': 32,
    });
  });

  test('objects of Python are left out, and told', async () => {
    const yaml = `lr: 0.1\nact: !!python/name:torch.nn.ReLU ''\ndevice: !!python/object/apply:torch.device\n- cuda\nnet:\n  a: !!python/object:net.A {x: 1}\n`;
    const run = await readTracked(lightning, { 'hparams.yaml': yaml });
    expect(valuesOf(run)).toEqual({ 'hparams/lr': 0.1 });
    expect(run.notes).toEqual([
      'hparams.yaml has objects of Python, which are left out: hparams/act, hparams/device, hparams/net/a',
    ]);
  });

  test.each([
    ['no YAML', 'lr: [0.1\n', /^hparams\.yaml:\d+:\d+ is no YAML: /],
    [
      'a text that is too long',
      `prompt: ${'x'.repeat(1001)}\n`,
      /texts of more than 1,000 characters, which are left out: hparams\/prompt$/,
    ],
    [
      'more than one could want',
      `a: [${'1, '.repeat(20_000)}1]\n`,
      /^hparams\.yaml has more than 10,000 values; the first ones were read$/,
    ],
    ['a large file', `${'# comment\n'.repeat(500_000)}`, /YAML is read here up to 4,194,304 bytes$/],
  ])('%s is reported', async (_what, yaml, note) => {
    expect(await notes({ 'hparams.yaml': yaml })).toEqual([expect.stringMatching(note)]);
  });

  test('aliases of aliases of aliases end', async () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}, *l${i}]`);
    expect(await notes({ 'hparams.yaml': ['l0: &l0 1', ...levels, ''].join('\n') })).toHaveLength(1);
  });

  test('that is empty, as of a model without hyperparameters, is nothing worth a word', async () => {
    for (const yaml of ['', '{}\n'])
      expect(await readTracked(lightning, { 'hparams.yaml': yaml })).toMatchObject({ notes: [] });
  });
});

test('no files give nothing, without a note', async () => {
  expect(await readTracked(lightning, {})).toEqual({ series: new Map(), values: new Map(), notes: [] });
});
