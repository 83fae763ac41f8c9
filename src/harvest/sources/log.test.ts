import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSource, RUN } from '../../../test/support/read-source.ts';
import { harvestFixture, newRunFolder, type RunFolder } from '../../../test/support/run-folder.ts';
import type { LogRule } from '../../core/settings/harvest-rule.ts';
import { getFileFacts, packData, unpackData } from '../../system/index.ts';
import { LONGEST_LINE } from '../read/log-lines.ts';
import { log } from './log.ts';
import type { ReadCache } from '../base/read-cache.ts';
import type { MetricFinding, ReadOptions } from '../base/source.ts';

function rule(pattern: string, pick: LogRule['pick'] = 'last'): LogRule {
  return { source: 'log', pattern, file: 'out', pick, required: true };
}

async function readOne(
  content: string | Uint8Array,
  pattern: string,
  pick?: LogRule['pick'],
  options: ReadOptions & { unfinished?: boolean } = {},
): Promise<MetricFinding | undefined> {
  return (await readSource(log, content, { val_acc: rule(pattern, pick) }, options))['val_acc'];
}

describe('a printed training loop', () => {
  const pattern = 'val acc ([\\d.]+)%';

  test.each([
    ['first', { value: 82.87, place: { line: 1 } }],
    ['last', { value: 95.47, place: { line: 30 } }],
    ['min', { value: 82.87, place: { line: 1 } }],
    ['max', { value: 95.97, place: { line: 21 } }],
  ] as const)('%s comes with its line', async (pick, found) => {
    expect(await readOne(harvestFixture('pytorch_train.log'), pattern, pick)).toEqual({ found });
  });

  test('the mean is that of all matches and has no line', async () => {
    expect(await readOne('acc 1\nacc 2\nacc 6\n', 'acc (\\d)', 'mean')).toEqual({ found: { value: 3 } });
  });

  test('several rules are answered from one reading, each by itself', async () => {
    const found = await readSource(log, harvestFixture('pytorch_train.log'), {
      best: rule(pattern, 'max'),
      loss: rule('train loss (?P<value>\\S+)'),
      typo: rule('vall acc (\\S+)'),
    });
    expect(found['best']?.found?.value).toBe(95.97);
    expect(found['loss']?.found?.value).toBe(0.0493);
    expect(found['typo']?.missing?.reason).toBe('no_match');
  });
});

describe('what a line is', () => {
  test('a progress bar rewritten by carriage returns is many lines, numbered as newlines count', async () => {
    const found = await readSource(log, harvestFixture('tqdm.log'), {
      first: rule('loss=(\\S+)', 'first'),
      last: rule('Epoch 2.*loss=(\\S+)'),
      lowest: rule('loss=(\\S+)', 'min'),
    });
    expect(found).toEqual({
      first: { found: { value: 1, place: { line: 1 } } },
      last: { found: { value: 0.0017, place: { line: 3 } } },
      lowest: { found: { value: 0.0017, place: { line: 3 } } },
    });
  });

  test('colours and cursor movements are no part of it', async () => {
    const line = '\u001b]0;title\u0007\u001b[1;32mval_acc\u001b[0m: \u001b[2K\u001b[38;5;10m0.91\u001b[0m\u001b[A\n';
    expect(await readOne(line, '^val_acc: (\\S+)$')).toEqual({ found: { value: 0.91, place: { line: 1 } } });
  });

  test('bytes that are no UTF-8 do no harm to the text beside them', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xc3]), Buffer.from(' val_acc: 0.5 \u00e9\n')]);
    expect(await readOne(bytes, 'val_acc: (\\S+)')).toEqual({ found: { value: 0.5, place: { line: 1 } } });
  });

  test('the first match in it counts', async () => {
    expect(await readOne('acc=1 acc=2\n', 'acc=(\\d)')).toEqual({ found: { value: 1, place: { line: 1 } } });
  });

  test('the last one counts without a newline, unless its writer may still go on', async () => {
    const text = 'val_acc: 0.8\nval_acc: 0.9';
    expect((await readOne(text, 'val_acc: (\\S+)'))?.found?.value).toBe(0.9);
    expect((await readOne(text, 'val_acc: (\\S+)', 'last', { unfinished: true }))?.found?.value).toBe(0.8);
  });
});

describe('what a match captures', () => {
  test('punctuation around a number is no part of it', async () => {
    for (const text of ['0.5,', '[0.5]', '(0.5)', '"0.5"', "'0.5',", '0.5.', '0.5}', '0.5;']) {
      expect((await readOne(`acc: ${text}\n`, 'acc: (\\S+)'))?.found).toEqual({ value: 0.5, place: { line: 1 } });
    }
  });

  test('text is kept whole', async () => {
    expect((await readOne('best: model-3.pt (new)\n', 'best: (.+)'))?.found?.value).toBe('model-3.pt (new)');
  });

  test('nan is reported as nan, never as a number', async () => {
    expect(await readOne('loss: 0.5\nloss: nan\n', 'loss: (\\S+)')).toEqual({
      found: { value: null, nonfinite: 'nan', place: { line: 2 } },
    });
  });

  test('NaN is left out of a minimum with a note, and is the answer when there is nothing else', async () => {
    expect(await readOne('loss: nan\nloss: 2\nloss: 3\n', 'loss: (\\S+)', 'min')).toEqual({
      found: { value: 2, place: { line: 2 }, note: '1 of 3 values is NaN and left out' },
    });
    expect(await readOne('loss: nan\nloss: nan\n', 'loss: (\\S+)', 'mean')).toEqual({
      found: { value: null, nonfinite: 'nan', note: 'all 2 values are NaN' },
    });
  });

  test('an infinity takes part in a maximum', async () => {
    expect((await readOne('l: 1\nl: inf\n', 'l: (\\S+)', 'max'))?.found).toEqual({
      value: null,
      nonfinite: 'inf',
      place: { line: 2 },
    });
  });

  test('a group that is empty or took no part gives no value', async () => {
    expect((await readOne('acc: 1\nacc:\nacc: \n', 'acc:(?: (\\S*))?'))?.found?.value).toBe(1);
  });
});

describe('a missing value is reported', () => {
  test('a pattern without a match is reported with the number of lines and the most similar line by the name of the metric', async () => {
    expect(await readOne(harvestFixture('pytorch_train.log'), 'accuracy = (\\S+)')).toEqual({
      missing: {
        reason: 'no_match',
        said: '/accuracy = (\\S+)/ finds no value in 30 lines of file',
        near: 'line 1: Epoch   1/30 | train loss 2.0365 | val loss 2.0169 | val acc 82.87% | lr 1.00e-03 | 0.4s',
      },
    });
  });

  test('no match: the nearest line may hold the plain beginning of the pattern instead', async () => {
    const finding = await readOne('start\nFinal Accuracy = 0.9\n', '(?i)final accuracy: (\\S+)');
    expect(finding?.missing?.near).toBe('line 2: Final Accuracy = 0.9');
  });

  test('no line comes near', async () => {
    expect(await readOne('start\n\nend\n', 'val_acc: (\\S+)')).toEqual({
      missing: { reason: 'no_match', said: '/val_acc: (\\S+)/ finds no value in 2 lines of file' },
    });
  });

  test('text where numbers are wanted', async () => {
    expect(await readOne('acc: 0.5\nacc: n/a\nacc: -\n', 'acc: (\\S+)', 'max')).toEqual({
      missing: {
        reason: 'not_a_number',
        said: 'line 2 of file gives "n/a", which is no number: max needs numbers',
        fix: 'name numbers only, or pick first or last',
      },
    });
  });

  test('a text too long to be a metric', async () => {
    const finding = await readOne(`note: ${'x'.repeat(2000)}\n`, 'note: (\\S+)');
    expect(finding?.missing?.said).toBe(`line 1 of file gives a text of 2,000 characters: "${'x'.repeat(120)} ..."`);
  });

  test('an empty log, and one whose only line is not complete', async () => {
    expect(await readOne('', 'a(b)')).toEqual({ missing: { reason: 'empty', said: 'file is empty' } });
    expect(await readOne('ab', 'a(b)', 'last', { unfinished: true })).toEqual({
      missing: { reason: 'empty', said: 'file has no whole line yet' },
    });
  });

  test('an incomplete last line that was left out', async () => {
    const finding = await readOne('start\nacc: 1', 'acc: (\\d)', 'last', { unfinished: true });
    expect(finding?.missing?.said).toBe(
      '/acc: (\\d)/ finds no value in 1 line of file; its last line is not complete and was left out',
    );
  });

  test('a pattern that backtracks without end is stopped, and the other rules are answered', async () => {
    const found = await readSource(
      log,
      `acc: 0.5\n${'a'.repeat(60)}!\nacc: 0.7\n`,
      { bad: rule('^(a+)+$'), acc: rule('acc: (\\S+)') },
      { matchLimitMs: 50 },
    );
    expect(found).toEqual({
      acc: { found: { value: 0.7, place: { line: 3 } } },
      bad: {
        missing: {
          reason: 'too_slow',
          said: '/^(a+)+$/ was stopped after 0.05 s at line 2, which has 61 characters',
          fix: 'avoid a repetition inside a repetition, such as (a+)+, and begin the pattern with plain text',
        },
      },
    });
  });
});

describe('a line longer than what is kept of it', () => {
  const long = `acc: 1 ${'x'.repeat(LONGEST_LINE)} acc: 9\nacc: 2\n${'acc: 0\n'.repeat(40_000)}`;
  const remark = 'of line 1 only the first 1,048,576 characters were read';

  test('is read up to there, and every value it may have changed notes it', async () => {
    const options = { chunkBytes: 100_000 };
    expect((await readOne(long, 'acc: (\\d)', 'max', options))?.found).toEqual({
      value: 2,
      place: { line: 2 },
      note: remark,
    });
    expect((await readOne(long, 'nll: (\\d)', 'max', options))?.missing?.said).toContain(remark);
  });

  test('does not change a first value before it', async () => {
    const finding = await readOne(`acc: 3\n${long}`, 'acc: (\\d)', 'first');
    expect(finding).toEqual({ found: { value: 3, place: { line: 1 } } });
  });

  test('gives no value that the cut goes through', async () => {
    const cut = `${'x'.repeat(LONGEST_LINE - 4)}=0.12345\n`;
    expect((await readOne(cut, 'x=(\\S+)'))?.missing?.reason).toBe('no_match');
  });
});

/** All at once, in memory: what the reading by chunks must agree with. */
function naive(text: string, pattern: RegExp): { value: string; line: number }[] {
  return text.split('\n').flatMap((row, i) =>
    row.split('\r').flatMap((piece) => {
      const value = pattern.exec(piece)?.[1];
      return value === undefined ? [] : [{ value, line: i + 1 }];
    }),
  );
}

const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';
const LINE = fc.oneof(
  fc.nat(999).map((n) => `acc: ${n}`),
  fc.constantFrom('', 'acc:', 'loss: 1', 'Gr\u00f6\u00dfe \u{1f600} acc: 5', `${BOLD}acc${PLAIN}: 7`),
);
const NEWLINE = fc.constantFrom('\n', '\r\n', '\r', '\n\n');
const LOG = fc.array(fc.tuple(LINE, NEWLINE), { maxLength: 12 }).map((lines) => lines.flat().join(''));

test('any log in chunks of any size gives what a reading at once gives', async () => {
  await fc.assert(
    fc.asyncProperty(LOG, fc.integer({ min: 1, max: 40 }), async (text, chunkBytes) => {
      const all = naive(text.replaceAll(BOLD, '').replaceAll(PLAIN, ''), /acc: (\d+)/);
      const found = await readSource(
        log,
        text,
        { first: rule('acc: (\\d+)', 'first'), last: rule('acc: (\\d+)'), max: rule('acc: (\\d+)', 'max') },
        { chunkBytes },
      );
      const numbers = all.map(({ value }) => Number(value));
      expect(found['first']?.found?.value).toBe(numbers[0]);
      expect(found['first']?.found?.place?.line).toBe(all[0]?.line);
      expect(found['last']?.found?.value).toBe(numbers.at(-1));
      expect(found['last']?.found?.place?.line).toBe(all.at(-1)?.line);
      expect(found['max']?.found?.value).toBe(numbers.length === 0 ? undefined : Math.max(...numbers));
    }),
  );
});

test('a chunk may end at any byte, in the middle of a character or of a line end', async () => {
  const text = 'Gr\u00f6\u00dfe: 1 \u20ac\r\n\u{1f600} Gr\u00f6\u00dfe: 23 \u20ac\rGr\u00f6\u00dfe: 456 \u20ac\n';
  for (let chunkBytes = 1; chunkBytes <= Buffer.byteLength(text); chunkBytes += 1) {
    const found = await readSource(
      log,
      text,
      { sum: rule('Gr\u00f6\u00dfe: (\\d+) \u20ac$', 'mean'), last: rule('Gr\u00f6\u00dfe: (\\d+) \u20ac$') },
      { chunkBytes },
    );
    expect(found).toEqual({ sum: { found: { value: 160 } }, last: { found: { value: 456, place: { line: 2 } } } });
  }
});

test('lines that are skipped because they lack a word of the pattern would not have matched', async () => {
  const piece = fc.constantFrom(
    'acc',
    'acc=',
    '1',
    '2.5',
    'nan',
    ' ',
    '\n',
    '\r',
    '\n\n',
    'x',
    '\u001b[1m',
    'é',
    'bacc=3',
    '=',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 60 }),
      fc.constantFrom('first', 'last', 'min', 'max', 'mean'),
      fc.integer({ min: 1, max: 40 }),
      async (pieces, pick, chunkBytes) => {
        // The second has no word that is certain to be there.
        const rules = { quick: rule('acc=(\\S+)', pick), slow: rule('(?:acc)=(\\S+)', pick) };
        const found = await readSource(log, pieces.join(''), rules, { chunkBytes });
        expect(found['quick']?.found).toEqual(found['slow']?.found);
        expect(found['quick']?.missing?.reason).toEqual(found['slow']?.missing?.reason);
      },
    ),
    { numRuns: 300 },
  );
});

describe('a log that still grows', () => {
  /** As between two commands: plain data, packed and unpacked. */
  function makeReadCache(): ReadCache {
    const kept = new Map<string, Uint8Array>();
    return {
      recall: (key) => unpackData(kept.get(key) ?? new Uint8Array()),
      keep: (key, state) => void kept.set(key, packData(state)),
    };
  }

  const rules = {
    last: rule('acc=(\\S+)'),
    best: rule('acc=(\\S+)', 'max'),
    mean: rule('acc=(\\S+)', 'mean'),
    series: { ...rule('step (?<step>\\d+) acc=(\\S+)'), series: true as const },
    none: rule('loss=(\\S+)'),
  };

  async function look(folder: RunFolder, options: ReadOptions): Promise<MetricFinding[]> {
    const path = join(folder.path, 'out.log');
    const { size = 0, mtimeNs = 0n } = getFileFacts(path) ?? {};
    const named = Object.entries(rules).map(([metric, one]) => ({ metric, rule: one }));
    const file = { path, shown: 'out.log', size, mtimeNs, unfinished: true };
    return (await log.read([file], named, options, RUN)) as MetricFinding[];
  }

  test('gives what a reading of all of it gives, whenever it was read before', async () => {
    const piece = fc.constantFrom(
      'step 1 acc=1\n',
      'step 2 acc=0.5',
      '\n',
      '\r',
      'acc=nan',
      'x',
      'acc=',
      ' ',
      '\u001b[1m',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 6 }), async (parts) => {
        const folder = newRunFolder();
        const cache = makeReadCache();
        for (let i = 1; i <= parts.length; i += 1) {
          folder.write('out.log', parts.slice(0, i).flat().join(''));
          expect(await look(folder, { cache, chunkBytes: 16 })).toEqual(await look(folder, {}));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('is read from where the last harvest ended, and from its beginning if it was rewritten', async () => {
    const folder = newRunFolder();
    const cache = makeReadCache();
    const line = (value: number): string => `${'.'.repeat(990)} acc=${value}\n`;
    folder.write('out.log', [0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map(line).join(''));
    await look(folder, { cache });
    // What was read already is not read again, except its end.
    folder.write('out.log', [0.8, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(line).join(''));
    expect((await look(folder, { cache }))[1]?.found).toMatchObject({ value: 0.9, place: { line: 1 } });
    expect((await look(folder, { cache }))[0]?.found).toMatchObject({ value: 0.7, place: { line: 8 } });
    folder.write('out.log', [0.2, 0.1].map(line).join(''));
    expect((await look(folder, { cache }))[1]?.found).toMatchObject({ value: 0.2, place: { line: 1 } });
  });
});

test('what is written after the file was found is not read', async () => {
  const path = join(newRunFolder({ 'out.log': 'acc: 1\nacc: 2\n' }).path, 'out.log');
  const file = { path, shown: 'out.log', size: 7, mtimeNs: 0n, unfinished: true };
  const findings = await log.read([file], [{ metric: 'acc', rule: rule('acc: (\\d)') }], {}, RUN);
  expect(findings).toEqual([{ found: { value: 1, place: { line: 1 } } }]);
});

test('reading stops when it is told to', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(readOne('a\nb\n', '(b)', 'last', { signal: controller.signal, chunkBytes: 1 })).rejects.toThrow(
    'enough',
  );
});
