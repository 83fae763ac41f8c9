import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, readTracked, readTrackedFolder, valuesOf } from '../../../test/support/read-tracked.ts';
import { newRunFolder } from '../../../test/support/run-folder.ts';
import { huggingface } from './huggingface.ts';

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/harvest/hf_trainer');
const realState = readFileSync(join(FIXTURE, 'out/trainer_state.json'), 'utf8');

function state(step: number, log: readonly object[] = [{ step, loss: step / 10 }], more: object = {}): string {
  return JSON.stringify({ global_step: step, log_history: log, ...more });
}

describe('a real run', () => {
  test('gives what was logged as series by step', async () => {
    const run = await readTrackedFolder(huggingface, FIXTURE);
    const logged = (JSON.parse(realState) as { log_history: Record<string, number>[] }).log_history;
    const expected: Record<string, number[][]> = {};
    for (const { step = NaN, ...entry } of logged) {
      for (const [key, value] of Object.entries(entry)) (expected[key] ??= []).push([step, value, NaN]);
    }
    expect(pointsOf(run)).toEqual(expected);
    expect(run.series.get('eval_loss')?.points.values.at(-1)).toBe(0.691826343536377);
    expect(run.series.get('loss')?.file).toBe('out/trainer_state.json');
    expect(run.notes).toEqual([]);
  });

  test('gives its results and how far it came as values', async () => {
    const results = JSON.parse(readFileSync(join(FIXTURE, 'out/all_results.json'), 'utf8')) as object;
    const run = await readTrackedFolder(huggingface, FIXTURE);
    expect(valuesOf(run)).toEqual({
      ...results,
      global_step: 40,
      max_steps: 40,
      num_input_tokens_seen: 0,
      num_train_epochs: 2,
    });
    expect(run.values.get('eval_accuracy')).toEqual({ value: 0.5546875, file: 'out/all_results.json' });
  });

  test('gives only the requested keys', async () => {
    const run = await readTrackedFolder(huggingface, FIXTURE, { wants: (key) => ['loss', 'train_loss'].includes(key) });
    expect([[...run.series.keys()], [...run.values.keys()]]).toEqual([['loss', 'train_loss'], ['train_loss']]);
  });
});

test('the best model has its metric, step and folder; null is no value', async () => {
  const best = { best_metric: 0.75, best_global_step: 20, best_model_checkpoint: 'out/checkpoint-20' };
  expect(valuesOf(await readTracked(huggingface, { 'trainer_state.json': state(40, [], best) }))).toEqual({
    ...best,
    global_step: 40,
  });
  expect(
    valuesOf(await readTracked(huggingface, { 'trainer_state.json': state(40, [], { best_metric: null }) })),
  ).toEqual({ global_step: 40 });
});

test('NaN and infinities, as Python writes them, are kept', async () => {
  const text =
    '{"global_step": 2, "best_metric": -Infinity, "log_history": [{"step": 1, "loss": NaN}, {"step": 2, "loss": Infinity}]}';
  const run = await readTracked(huggingface, { 'trainer_state.json': text, 'eval_results.json': '{"eval_loss": NaN}' });
  expect(pointsOf(run)).toEqual({
    loss: [
      [1, NaN, NaN],
      [2, Infinity, NaN],
    ],
  });
  expect(valuesOf(run)).toEqual({ global_step: 2, best_metric: '-inf', eval_loss: 'nan' });
});

describe('of several states', () => {
  const checkpoints = {
    'out/checkpoint-5/trainer_state.json': state(5),
    'out/checkpoint-10/trainer_state.json': state(10),
  };

  test('the one that has come farthest is read, and a note says how many are not', async () => {
    const run = await readTracked(huggingface, checkpoints);
    expect(pointsOf(run)).toEqual({ loss: [[10, 1, NaN]] });
    expect(run.notes).toEqual([
      'out/checkpoint-10/trainer_state.json is read, at step 10, and not 1 other trainer_state.json',
    ]);
  });

  test.each([
    [10, 'out/trainer_state.json'],
    [12, 'out/trainer_state.json'],
    [9, 'out/checkpoint-10/trainer_state.json'],
  ])('one at step %i outside of checkpoints counts by its step too', async (step, file) => {
    const run = await readTracked(huggingface, { ...checkpoints, 'out/trainer_state.json': state(step) });
    expect(run.values.get('global_step')?.file).toBe(file);
  });

  test('a damaged last one is reported, and the one before it is read', async () => {
    const run = await readTracked(huggingface, {
      ...checkpoints,
      'out/checkpoint-15/trainer_state.json': state(15).slice(0, -9),
    });
    expect(pointsOf(run)).toEqual({ loss: [[10, 1, NaN]] });
    expect(run.notes[0]).toMatch(/^out\/checkpoint-15\/trainer_state\.json:1:\d+ is no JSON: /);
  });
});

describe('results', () => {
  test('of all_results.json count if others differ, with a note', async () => {
    const run = await readTracked(huggingface, {
      'all_results.json': '{"eval_loss": 0.25, "eval_f1": 0.5}',
      'eval_results.json': '{"eval_loss": 0.5, "eval_f1": 0.5}',
      'test_results.json': '{"test_loss": 0.75, "per_class": {"cat": 1}}',
    });
    expect(valuesOf(run)).toEqual({ eval_loss: 0.25, eval_f1: 0.5, test_loss: 0.75, 'per_class.cat': 1 });
    expect(run.notes).toEqual(['eval_loss is 0.5 in eval_results.json, but 0.25 in all_results.json, which counts']);
  });

  test('that no rule asks for are not reported', async () => {
    const files = { 'all_results.json': '{"a": 1, "b": 1}', 'eval_results.json': '{"a": 1, "b": 2}' };
    expect((await readTracked(huggingface, files, { wants: (key) => key === 'a' })).notes).toEqual([]);
  });

  test('may be texts, but not long ones', async () => {
    const run = await readTracked(huggingface, {
      'eval_results.json': JSON.stringify({ task: 'sst2', long: 'x'.repeat(1001) }),
    });
    expect(valuesOf(run)).toEqual({ task: 'sst2' });
    expect(run.notes).toEqual(['long: texts that are too long are left out']);
  });
});

describe('what is damaged is reported, and is no zero', () => {
  test.each([
    ['an empty file', '', 'trainer_state.json is empty'],
    ['a list', '[1]', 'trainer_state.json holds no JSON object'],
    ['no JSON', '{"global_step": 1,}', /^trainer_state\.json:1:19 is no JSON: /],
    ['a state without a log', '{"global_step": 1}', 'trainer_state.json has no list log_history'],
    [
      'entries without a step',
      '{"log_history": [{"loss": 1}, 7, {"step": "a", "loss": 2}]}',
      'log_history of trainer_state.json has 3 entries without a step: left out',
    ],
    [
      'an entry whose step no computer counts',
      '{"log_history": [{"step": 1e300, "loss": 1}]}',
      'log_history of trainer_state.json has 1 entry without a step: left out',
    ],
  ])('%s', async (_what, text, note) => {
    const run = await readTracked(huggingface, { 'trainer_state.json': text });
    expect(run.series.size).toBe(0);
    expect(run.notes).toEqual([typeof note === 'string' ? note : expect.stringMatching(note)]);
  });

  test('a file that may still be being written', async () => {
    const run = await readTracked(huggingface, { 'trainer_state.json': '{"glob' }, { unfinished: true });
    expect(run.notes).toEqual([expect.stringMatching(/; it may still be being written$/)]);
  });

  test('a file that cannot be opened is an error, and no empty run', async () => {
    const { path } = newRunFolder({ 'trainer_state.json': realState });
    const gone = {
      path: join(path, 'trainer_state.json'),
      shown: 'x/trainer_state.json',
      size: 9,
      mtimeNs: 0n,
      unfinished: false,
    };
    rmSync(gone.path);
    await expect(huggingface.read([gone], { wants: () => true })).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
  });

  test('a state that is cut off anywhere gives no point', async () => {
    const cut = fc.nat({ max: realState.trimEnd().length - 1 });
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        const run = await readTracked(huggingface, { 'trainer_state.json': realState.slice(0, length) });
        expect([run.series.size, run.values.size, run.notes.length]).toEqual([0, 0, 1]);
      }),
      { numRuns: 100 },
    );
  });
});

test('no files give nothing, without a note', async () => {
  expect(await readTracked(huggingface, {})).toEqual({ series: new Map(), values: new Map(), notes: [] });
});
