import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hparamsRecord, scalarRecord, versionRecord } from '../../../test/support/event-file.ts';
import {
  pointsOf,
  readPythonJson,
  readTracked,
  readTrackedFolder,
  valuesOf,
} from '../../../test/support/read-tracked.ts';
import { tensorboard } from './tensorboard.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/harvest');
type Scalars = Readonly<Record<string, readonly (readonly number[])[]>>;

const expected = readPythonJson(join(FIXTURES, 'tensorboard/expected.json')) as Readonly<Record<string, Scalars>>;
const expectedRun1 = readPythonJson(join(FIXTURES, 'tensorboard_run1_expected.json')) as Scalars;

/** A series is in the order of its steps; TensorBoard gives points as they were written. */
function bySteps(scalars: Scalars = {}): Record<string, unknown> {
  const sorted = Object.entries(scalars).map(([tag, points]) => [tag, points.toSorted(([a = 0], [b = 0]) => a - b)]);
  return Object.fromEntries(sorted) as Record<string, unknown>;
}

/** An event file with these points of one tag, at steps from 0 on. */
function events(tag: string, ...values: readonly number[]): Buffer {
  return Buffer.concat([versionRecord(), ...values.map((value, step) => scalarRecord(tag, step, value, 1000 + step))]);
}

describe('the scalars are those that TensorBoard itself reads', () => {
  test('of a run of PyTorch with histograms, images, texts, NaN, infinity and a second file', async () => {
    const run = await readTrackedFolder(tensorboard, join(FIXTURES, 'tensorboard/run1'));
    expect(pointsOf(run)).toEqual({ ...expectedRun1, ...expected['run1/1795467904.7333496'] });
    expect(run.notes).toEqual([]);
  });

  test.each(Object.keys(expected))('of %s', async (name) => {
    const run = await readTrackedFolder(tensorboard, join(FIXTURES, 'tensorboard', name));
    expect(pointsOf(run)).toEqual(bySteps(expected[name]));
    expect(run.notes).toEqual([]);
  });

  test.each([1, 7, 12, 64])('when %i bytes are read at a time', async (chunkBytes) => {
    const run = await readTrackedFolder(tensorboard, join(FIXTURES, 'tensorboard/written/tensors'), { chunkBytes });
    expect(pointsOf(run)).toEqual(bySteps(expected['written/tensors']));
  });
});

describe('hyperparameters', () => {
  test('of PyTorch are values, with the time at which they were written', async () => {
    const run = await readTrackedFolder(tensorboard, join(FIXTURES, 'tensorboard/run1'));
    expect(valuesOf(run)).toEqual({ 'hparams/lr': 0.001, 'hparams/bs': 100, 'hparams/opt': 'adamw', 'hparams/amp': 1 });
    expect(run.values.get('hparams/opt')).toEqual({
      value: 'adamw',
      file: '1795467904.7333496/events.out.tfevents.1795467904.vm.520.1',
      time: 1795467904.7351024,
    });
  });

  test('are numbers, NaN and infinity too, texts and booleans', async () => {
    const hparams = { lr: 0.1, clip: Infinity, decay: NaN, opt: 'adam', name: 'Zoë', amp: true, ema: false };
    const run = await readTracked(tensorboard, { 'a.tfevents.1': hparamsRecord(hparams) });
    expect(valuesOf(run)).toEqual({
      'hparams/lr': 0.1,
      'hparams/clip': 'inf',
      'hparams/decay': 'nan',
      'hparams/opt': 'adam',
      'hparams/name': 'Zoë',
      'hparams/amp': true,
      'hparams/ema': false,
    });
  });

  test('that several folders have: what is alike stays one, what differs has the folder before it', async () => {
    const run = await readTracked(tensorboard, {
      'tb/a/x.tfevents.1': hparamsRecord({ lr: 0.1, bs: 32 }),
      'tb/b/x.tfevents.1': hparamsRecord({ lr: 0.2, bs: 32 }),
    });
    expect(valuesOf(run)).toEqual({ 'a/hparams/lr': 0.1, 'b/hparams/lr': 0.2, 'hparams/bs': 32 });
    expect(run.notes).toEqual(['several of the folders a, b have hparams/lr: names get the folder as a prefix']);
  });

  test('that change in the files of one folder: the last ones count, with a note', async () => {
    const run = await readTracked(tensorboard, {
      'x.tfevents.1': hparamsRecord({ lr: 0.1, bs: 32 }),
      'x.tfevents.2': hparamsRecord({ lr: 0.2, bs: 32 }),
    });
    expect(valuesOf(run)).toEqual({ 'hparams/lr': 0.2, 'hparams/bs': 32 });
    expect(run.notes).toEqual(['hparams/lr is 0.1 in x.tfevents.1, but 0.2 in x.tfevents.2, which counts']);
  });
});

describe('several writers', () => {
  test('with one tag: the folder below the one they share is its prefix', async () => {
    const run = await readTracked(tensorboard, {
      'logs/train/x.tfevents.1': events('epoch_loss', 0.5, 0.4),
      'logs/validation/x.tfevents.1': events('epoch_loss', 0.7),
      'logs/validation/x.tfevents.2': events('epoch_acc', 0.9),
      'logs/x.tfevents.1': events('epoch_loss', 0.1),
    });
    expect(pointsOf(run)).toEqual({
      'train/epoch_loss': [
        [0, 0.5, 1000],
        [1, Math.fround(0.4), 1001],
      ],
      'validation/epoch_loss': [[0, Math.fround(0.7), 1000]],
      epoch_loss: [[0, Math.fround(0.1), 1000]],
      epoch_acc: [[0, Math.fround(0.9), 1000]],
    });
    expect(run.series.get('train/epoch_loss')?.file).toBe('logs/train/x.tfevents.1');
    expect(run.notes).toEqual([
      'several of the folders ., train, validation have epoch_loss: names get the folder as a prefix',
    ]);
  });

  test('of which one has the name that another gets through its folder: the one so named counts, with a note', async () => {
    const run = await readTracked(tensorboard, {
      'train/x.tfevents.1': events('loss', 0.25),
      'val/x.tfevents.1': events('loss', 0.5),
      'x.tfevents.1': events('train/loss', 0.75),
    });
    expect(pointsOf(run)).toEqual({ 'train/loss': [[0, 0.75, 1000]], 'val/loss': [[0, 0.5, 1000]] });
    expect(run.notes[1]).toBe('train/loss could be either of two, and is the one so named');
  });

  test('only what somebody asks for is kept, by its plain name or with its folder', async () => {
    const files = {
      'a/x.tfevents.1': events('loss', 1),
      'a/x.tfevents.2': events('acc', 2),
      'b/x.tfevents.1': events('loss', 3),
    };
    const keys = async (...asked: string[]): Promise<string[]> =>
      Object.keys(pointsOf(await readTracked(tensorboard, files, { wants: (key) => asked.includes(key) })));
    expect(await keys('acc')).toEqual(['acc']);
    expect(await keys('a/loss')).toContain('a/loss');
    expect(await keys('a/loss')).not.toContain('acc');
    expect(await keys()).toEqual([]);
  });
});

test('no files give nothing, without a note', async () => {
  expect(await readTracked(tensorboard, {})).toEqual({ series: new Map(), values: new Map(), notes: [] });
});

test('the empty files of the profiler are skipped, as in TensorBoard', async () => {
  const run = await readTracked(tensorboard, { 'x.tfevents.1.profile-empty': Buffer.from('x') });
  expect(run.notes).toEqual([]);
});

test('an image, a list or a text is no scalar, and no point is made of it', async () => {
  const run = await readTrackedFolder(tensorboard, join(FIXTURES, 'tensorboard/written/tensors'));
  for (const tag of ['a_text', 'a_list', 'one_number_of_another_plugin']) expect(run.series.has(tag)).toBe(false);
});
