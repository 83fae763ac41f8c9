import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFingerprints, describeInputChange, describeInputNow } from './compare-fingerprints.ts';
import type { Fingerprint, WholeFingerprint } from '../experiment/fingerprint.ts';
import { parseInputRecord } from '../experiment/input-record.ts';

const DATA: WholeFingerprint = {
  kind: 'whole',
  path: '/data',
  files: 10,
  bytes: 2048,
  newestMs: 1000,
  names: 'n1',
  listing: 'l1',
};
const PARTIAL: Fingerprint = { kind: 'partial', path: '/data', files: 5, bytes: 1, why: 'it took longer than 10 s' };

test.each<[after: Partial<WholeFingerprint>, before: Partial<WholeFingerprint>, words: string]>([
  [{ path: '/copy' }, {}, 'the same'],
  [{ listing: 'l2', content: 'c1' }, { content: 'c1' }, 'the same content, written at other times'],
  [{ listing: 'l2', newestMs: 2000 }, {}, 'changed: the same names and sizes, written again, newest change at 2000'],
  [{ content: 'c2' }, { content: 'c1' }, 'changed: the same names and sizes, other content'],
  [{ names: 'n2', files: 13, bytes: 1024 }, {}, 'changed: 3 files more, 1.0 KiB less'],
  [{ names: 'n2', bytes: 2049 }, {}, 'changed: 1 byte more'],
  [{ names: 'n2', files: 9, newestMs: 3000 }, {}, 'changed: 1 file fewer, newest change at 3000'],
  [{ names: 'n2' }, {}, 'changed: other names or sizes'],
])('an input that became %j after %j is described as such', (after, before, words) => {
  const change = compareFingerprints({ ...DATA, ...before }, { ...DATA, ...after });
  expect(describeInputChange(change, (ms) => `at ${ms}`)).toBe(words);
});

test('an input that was not read to its end is unknown, whichever of the two it is', () => {
  const unknown = { kind: 'unknown', why: 'it took longer than 10 s' };
  expect(compareFingerprints(DATA, PARTIAL)).toEqual(unknown);
  expect(compareFingerprints(PARTIAL, DATA)).toEqual(unknown);
  expect(compareFingerprints(PARTIAL, PARTIAL)).toEqual(unknown);
});

test('files that are newer or fewer than on record are counted', () => {
  expect(describeInputNow({ kind: 'changed', files: -2, bytes: -9, newer: 3 })).toBe(
    'changed since: 3 files newer, 2 files fewer, 9 bytes less',
  );
  expect(describeInputNow({ kind: 'changed', files: 1, bytes: 9, newer: 0 })).toBe(
    'changed since: 1 file more, 9 bytes more',
  );
  expect(describeInputNow({ kind: 'written again', newer: 0 })).toBe(
    'changed since: other times; contents were not compared',
  );
  expect(describeInputNow({ kind: 'written again', newer: 1, why: 'a reason' })).toBe(
    'changed since: 1 file newer; contents were not compared: a reason',
  );
});

const digits = fc.constantFrom('a', 'b');
const whole: fc.Arbitrary<Fingerprint> = fc.record(
  {
    kind: fc.constant('whole' as const),
    path: fc.string(),
    files: fc.nat(3),
    bytes: fc.nat(3),
    newestMs: fc.nat(3),
    names: digits,
    listing: digits,
    content: digits,
  },
  { requiredKeys: ['kind', 'path', 'files', 'bytes', 'names', 'listing'] },
);

test('two records are the same in both directions or in none, and the counts of one direction are those of the other', () => {
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      expect(compareFingerprints(a, a)).toEqual({ kind: 'same' });
      const [there, back] = [compareFingerprints(a, b), compareFingerprints(b, a)];
      expect(there.kind).toBe(back.kind);
      if (there.kind === 'changed' && back.kind === 'changed') {
        expect([there.files + back.files, there.bytes + back.bytes]).toEqual([0, 0]);
      }
    }),
  );
});

test('the record of a job is read as a whole, or not at all', () => {
  const text =
    '{"schema": 1, "inputs": {"a": {"path": "/a", "files": 1, "bytes": 2, "newest_ms": 3, "names": "n", "listing": "l"}}}';
  const a = { kind: 'whole', path: '/a', files: 1, bytes: 2, newestMs: 3, names: 'n', listing: 'l' };
  expect(parseInputRecord(text)).toEqual({ a });
  for (let end = 0; end < text.length; end += 1) expect(parseInputRecord(text.slice(0, end))).toBeUndefined();
  for (const other of [undefined, '[]', '{"schema": 2, "inputs": {}}', text.replace('"files": 1', '"files": "1"')]) {
    expect(parseInputRecord(other)).toBeUndefined();
  }
});
