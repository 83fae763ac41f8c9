import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../test/support/read-source.ts';
import { harvestFixture } from '../../../test/support/run-folder.ts';
import type { DocumentRule } from '../../core/settings/harvest-rule.ts';
import { JsonFault, lookUpJson } from '../read/json-lookup.ts';
import { json } from './json.ts';
import type { MetricFinding } from '../base/source.ts';

function rule(path: string): DocumentRule {
  return { source: 'json', file: 'file', path, required: true };
}

async function readOne(
  content: string | Uint8Array,
  path: string,
  unfinished = false,
): Promise<MetricFinding | undefined> {
  return (await readSource(json, content, { metric: rule(path) }, { unfinished }))['metric'];
}

describe('values of real files', () => {
  test('a key at the top', async () => {
    expect(await readOne(harvestFixture('pytorch_metrics.json'), 'accuracy')).toEqual({
      found: { value: 0.9546599388122559, place: { pointer: '/accuracy' } },
    });
    expect((await readOne(harvestFixture('hf_all_results.json'), 'eval_accuracy'))?.found?.value).toBe(0.5546875);
  });

  test('the last entry of a list, told by its place from the start', async () => {
    expect(await readOne(harvestFixture('hf_trainer_state.json'), 'log_history.-1.eval_loss')).toEqual({
      found: { value: 0.691826343536377, place: { pointer: '/log_history/11/eval_loss' } },
    });
  });

  test('several paths of one file', async () => {
    const found = await readSource(json, harvestFixture('hf_trainer_state.json'), {
      step: rule('global_step'),
      first: rule('log_history.0.loss'),
      stop: rule('stateful_callbacks.TrainerControl.args.should_training_stop'),
      best: rule('best_metric'),
    });
    expect(found['step']?.found?.value).toBe(40);
    expect(found['first']?.found?.value).toBe(0.6937123775482178);
    expect(found['stop']?.found?.value).toBe(true);
    expect(found['best']?.missing).toEqual({ reason: 'empty', said: 'best_metric of file is null' });
  });
});

describe('what counts as a value', () => {
  test.each([
    ['{"x": "resnet50"}', { value: 'resnet50' }],
    ['{"x": "0.5"}', { value: '0.5' }],
    ['{"x": false}', { value: false }],
    ['{"x": -1.5e-3}', { value: -0.0015 }],
    ['{"x": 9007199254740993}', { value: '9007199254740993', note: 'kept as text: a number would lose digits' }],
    ['{"x": NaN}', { value: null, nonfinite: 'nan' }],
    ['{"x": Infinity}', { value: null, nonfinite: 'inf' }],
    ['{"x": -Infinity}', { value: null, nonfinite: '-inf' }],
    ['{"x": 1, "x": 2}', { value: 2 }],
    ['\ufeff {"x" : 3 }\r\n', { value: 3 }],
    ['{"a": "NaN, \\"}{[", "\\u0078": 4}', { value: 4 }],
  ])('%s', async (text, value) => {
    expect(await readOne(text, 'x')).toEqual({ found: { ...value, place: { pointer: '/x' } } });
  });

  test('the document itself, with an empty path', async () => {
    expect(await readOne('0.5', '')).toEqual({ found: { value: 0.5, place: { pointer: '' } } });
  });

  test('a key with a dot or slash in it, by a JSON pointer', async () => {
    expect((await readOne('{"a": {"val.loss": 1}}', '/a/val.loss'))?.found?.value).toBe(1);
    expect((await readOne('{"eval/acc": 1}', 'eval/acc'))?.found?.value).toBe(1);
  });
});

describe('a missing value is reported', () => {
  test.each<[string, string, string, MetricFinding['missing']]>([
    [
      'a key that is not there',
      '{"eval": {"accuracy": 1, "loss": 2}}',
      'eval.acuracy',
      {
        reason: 'no_key',
        said: 'file has nothing at eval.acuracy: eval is an object with accuracy, loss',
        fix: 'did you mean eval.accuracy?',
      },
    ],
    [
      'a key far from all others',
      '{"accuracy": 1}',
      'f1',
      { reason: 'no_key', said: 'file has nothing at f1: it is an object with accuracy' },
    ],
    [
      'a key with a dot in it, written as a path',
      '{"m": {"val.loss": 1}}',
      'm.val.loss',
      {
        reason: 'no_key',
        said: 'file has nothing at m.val.loss: m is an object with val.loss',
        fix: 'write /m/val.loss, for that key has a dot in it',
      },
    ],
    [
      'an index beyond the end of a list',
      '{"h": [1, 2]}',
      'h.-3',
      {
        reason: 'no_key',
        said: 'file has nothing at h.-3: h is a list of 2 items',
        fix: 'name an item: 0 is the first, -1 the last',
      },
    ],
    [
      'a path that goes on below a number',
      '{"h": 1}',
      'h.x',
      { reason: 'no_key', said: 'file has nothing at h.x: h is a number' },
    ],
    [
      'an object where a value is wanted',
      '{"eval": {"accuracy": 1}}',
      'eval',
      {
        reason: 'not_a_number',
        said: 'eval of file is an object with accuracy',
        fix: 'name one value in it',
      },
    ],
    ['an empty file', ' \n', 'x', { reason: 'empty', said: 'file is empty' }],
    [
      'a file that is cut off',
      '{\n  "loss": 1,\n  "acc": [1, 2',
      'loss',
      { reason: 'bad_file', said: 'file:3:15 is no JSON: expected "," or "]", but the text ends' },
    ],
    [
      'Python text instead of JSON',
      "{'loss': 1}",
      'loss',
      { reason: 'bad_file', said: 'file:1:2 is no JSON: expected a key in double quotes, but found "\'"' },
    ],
    [
      'one document a line',
      '{"loss": 1}\n{"loss": 2}\n',
      'loss',
      { reason: 'bad_file', said: 'file:2:1 is no JSON: there is more text after the end of the document' },
    ],
    [
      'a file nested without end',
      '[\n'.repeat(10_000),
      'x',
      { reason: 'bad_file', said: 'file:1002:1 is no JSON: it is nested deeper than 1000 levels' },
    ],
  ])('%s', async (_name, text, path, missing) => {
    expect(await readOne(text, path)).toEqual({ missing });
  });

  test('a file that is cut off while its writer may go on', async () => {
    expect((await readOne('{"loss": ', 'loss', true))?.missing?.said).toBe(
      'file:1:10 is no JSON: expected a value, but the text ends; it may still be being written',
    );
  });

  test('a text too long to be a metric', async () => {
    const finding = await readOne(`{"x": "${'y'.repeat(5000)}"}`, 'x');
    expect(finding?.missing?.said).toBe(`x of file is a text of 5,000 characters: "${'y'.repeat(120)} ..."`);
  });
});

/** Every path to a value that is no object or list. */
function leaves(value: unknown, path: readonly string[] = []): { path: readonly string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

function leafValue(text: string, path: readonly string[]): unknown {
  const { left, leaf } = lookUpJson(text, path);
  expect(left).toEqual([]);
  switch (leaf.kind) {
    case 'number':
      return Number(leaf.text);
    case 'string':
      return leaf.text;
    case 'boolean':
      return leaf.value;
    case 'null':
      return null;
    case 'object':
    case 'list':
      throw new Error(`${path.join('.')} is no value`);
  }
}

test('every value of any document is found at its path, from either end of lists', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t\r\n'), (document, indent) => {
      const text = JSON.stringify(document, undefined, indent);
      for (const { path, value } of leaves(JSON.parse(text))) expect(leafValue(text, path)).toBe(value);
      if (!Array.isArray(document)) return;
      for (const { path, value } of leaves(JSON.parse(text))) {
        const [index, ...rest] = path;
        expect(leafValue(text, [String(Number(index) - document.length), ...rest])).toBe(value);
      }
    }),
  );
});

test('a text is refused or taken as Python refuses or takes it', () => {
  const part = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"a"',
    ':',
    ',',
    '1',
    '-',
    '.5',
    'e3',
    '01',
    ' ',
    'NaN',
    '-Infinity',
    'null',
    'tru',
    'true',
    '"\\u00e9"',
    '"\\x"',
    '"\t"',
    '\n',
  );
  const texts = [
    ...fc.sample(fc.array(part, { minLength: 1, maxLength: 6 }), 2000).map((parts) => parts.join('')),
    ...fc.sample(fc.jsonValue(), 200).map((value) => JSON.stringify(value)),
  ];
  const program = `
import json, sys
def taken(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False
print(json.dumps([taken(text) for text in json.load(sys.stdin)]))`;
  const python = JSON.parse(
    execFileSync('python3', ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' }),
  ) as boolean[];
  expect(texts.filter((text, i) => taken(text) !== python[i])).toEqual([]);
});

function taken(text: string): boolean {
  try {
    lookUpJson(text, []);
    return true;
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}

test('a document as deep as Python writes is read', () => {
  const text = '['.repeat(990) + '7' + ']'.repeat(990);
  expect(
    leafValue(
      text,
      Array.from({ length: 990 }, () => '-1'),
    ),
  ).toBe(7);
});
