import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRunFolder, type RunFolder } from '../../../test/support/run-folder.ts';
import type { HarvestRule, HarvestRules } from '../../core/settings/harvest-rule.ts';
import type { Harvest } from '../../core/experiment/metric.ts';
import { discover, harvest, type HarvestRequest } from '../index.ts';

const COMMON = { pick: 'last', required: true } as const;

/** A rule of each source, and the file that it reads. */
const RULES: { readonly [file: string]: HarvestRule } = {
  'out.log': { source: 'log', pattern: 'acc=(\\S+)', file: 'out', series: true, ...COMMON },
  'm.json': { source: 'json', file: 'm.json', path: 'acc', required: true },
  'm.yaml': { source: 'yaml', file: 'm.yaml', path: 'acc', required: true },
  'm.csv': { source: 'csv', file: 'm.csv', column: 'acc', ...COMMON },
  'm.tsv': { source: 'tsv', file: 'm.tsv', column: 'acc', ...COMMON },
  'm.jsonl': { source: 'jsonl', file: 'm.jsonl', column: 'acc', ...COMMON },
  'events.out.tfevents.1.h': { source: 'tensorboard', path: '.', key: 'acc', ...COMMON },
  'metrics.csv': { source: 'lightning', path: '.', key: 'acc', ...COMMON },
  'trainer_state.json': { source: 'huggingface', path: '.', key: 'acc', ...COMMON },
  'run-a.wandb': { source: 'wandb', path: '.', key: 'acc', ...COMMON },
  'mlruns/0/1/metrics/acc': { source: 'mlflow', path: '.', key: 'acc', ...COMMON },
  'metrics.jsonl': { source: 'metrics', path: '.', key: 'acc', ...COMMON },
  'gpu.csv': { source: 'gpu', path: '.', key: 'gpu_util_mean', ...COMMON },
};

function requestOf(folder: RunFolder, rules: HarvestRules): HarvestRequest {
  return {
    expId: 'a',
    params: {},
    projectFolder: folder.path,
    experimentFolder: folder.path,
    attempts: [{ name: 'train-1', stage: 'train', n: 1, status: 'completed', folder: 'attempts/train-1' }],
    rules,
    partial: false,
  };
}

async function read(file: string, content: string | Uint8Array, rule = RULES[file]): Promise<Harvest> {
  if (!rule) throw new Error(`no source reads ${file}`);
  const folder = newRunFolder({ [`attempts/train-1/${file}`]: content });
  return (await harvest(requestOf(folder, { acc: rule }))).harvest;
}

describe.each(Object.keys(RULES))('%s', (file) => {
  test('of any bytes ends in a value or a sentence', async () => {
    const words = fc.constantFrom(
      'acc',
      'acc=1',
      '"acc": ',
      '{',
      '}',
      '[',
      ',',
      '\n',
      '\t',
      'nan',
      '1e999',
      '0.5',
      ': ',
      '- ',
      '&a',
      '*a',
      '\0',
      '\ufeff',
    );
    const text = fc.array(words, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), text), async (bytes) => {
        const { metrics, missing } = await read(file, bytes);
        expect(metrics['acc'] ?? missing['acc']?.said).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });
});

test('what is proposed for any bytes is nothing, or what can be read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const files = Object.keys(RULES).map((file) => [`attempts/train-1/${file}`, bytes]);
      const folder = newRunFolder(Object.fromEntries(files) as Record<string, Uint8Array>);
      expect(await discover(requestOf(folder, {}))).toEqual(expect.any(Array));
    }),
    { numRuns: 20 },
  );
});

describe('input that is too large ends with a message', () => {
  test('a line of 64 MiB', async () => {
    const line = Buffer.alloc(64 * 2 ** 20, 'x');
    const { missing } = await read('out.log', line);
    expect(missing['acc']?.said).toContain('only the first 1,048,576 characters were read');
    const found = await read('out.log', Buffer.concat([line, Buffer.from('\nacc=0.5\n')]));
    expect(found.metrics['acc']).toMatchObject({ value: 0.5, source: { line: 2 } });
  });

  test('a table of 100,000 columns is read', async () => {
    const columns = Array.from({ length: 100_000 }, (_, i) => (i === 99_999 ? 'acc' : `c${i}`));
    const rows = Array.from({ length: 3 }, (_, row) => columns.map((_name, i) => String((i + row) % 7)).join(','));
    const { metrics } = await read('m.csv', `${columns.join(',')}\n${rows.join('\n')}\n`);
    expect(metrics['acc']).toMatchObject({ value: (99_999 + 2) % 7, source: { line: 4 } });
  });

  test.each(['m.json', 'm.yaml', 'm.jsonl', 'trainer_state.json', 'metrics.jsonl'])(
    '10,000 levels in %s',
    async (file) => {
      const { metrics, missing } = await read(file, `${'{"acc":'.repeat(10_000)}1${'}'.repeat(10_000)}\n`);
      expect(metrics).toEqual({});
      expect(missing['acc']?.said).toMatch(/nested|no JSON|no YAML|no value/);
    },
  );

  test('a YAML file of few aliases that stand for very much', async () => {
    const lines = Array.from({ length: 30 }, (_, i) =>
      i === 0 ? 'a0: &a0 [x, x]' : `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`,
    );
    const { missing } = await read('m.yaml', `${lines.join('\n')}\nacc: 1\n`);
    expect(missing['acc']).toMatchObject({ reason: 'bad_file', said: expect.stringContaining('aliases') as string });
  });

  test('an alias that stands for itself', async () => {
    const { missing } = await read('m.yaml', 'acc: &a [*a]\n');
    expect(missing['acc']?.said).toBeDefined();
  });

  test('a pattern that would never end', async () => {
    const rule = { ...RULES['out.log'], pattern: '(x+x+)+y' } as HarvestRule;
    const { missing } = await read('out.log', `${'x'.repeat(50)}\n`, rule);
    expect(missing['acc']?.reason).toBe('too_slow');
  });
});
