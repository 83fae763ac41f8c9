import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBody } from '../core/experiment/event.ts';
import type { Fact } from '../core/experiment/facts.ts';
import { SheafError } from '../core/errors.ts';
import { makeValueReader } from '../core/fields/field-value.ts';
import { asKey, asToken, parseExpId, type Key } from '../core/ids.ts';
import type { Metric } from '../core/experiment/metric.ts';
import {
  formatQuery,
  matches,
  MAX_QUERY_DEPTH,
  parseQuery,
  type Literal,
  type Operator,
  type Query,
} from '../core/query/query.ts';
import { RECORD_FIELDS } from '../core/fields/record-fields.ts';
import type { Experiment } from '../core/experiment/experiment.ts';
import type { Value, ValueMap } from '../core/value.ts';
import { openStore, projectPaths, type Store } from './index.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const DAY_MS = 86_400_000;

let root: string;
let store: Store;
const open: Store[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sheaf-select-'));
});

afterEach(() => {
  for (const one of open.splice(0)) one.close();
  rmSync(root, { recursive: true });
});

let opened = 0;

async function storeOf(rows: readonly Row[]): Promise<Store> {
  opened += 1;
  const project = join(root, `p${opened}`);
  mkdirSync(join(project, '.sheaf'), { recursive: true });
  const made = await openStore(projectPaths(project, join(project, 'experiments')), {
    env: { SHEAF_LOCAL_DIR: join(root, 'local') },
  });
  open.push(made);
  await made.append(rows.flatMap(eventsOf));
  return made;
}

/** One experiment, as the events of its life are made from it. */
interface Row {
  readonly params: ValueMap;
  readonly results: { readonly [name: string]: Pick<Metric, 'value' | 'nonfinite'> } | undefined;
  readonly tags: readonly string[];
  readonly untagged: readonly string[];
  readonly description: string;
  readonly sweep: string | undefined;
  readonly partition: string | readonly string[] | undefined;
  readonly num_gpus: number | undefined;
  readonly facts: readonly Fact[] | undefined;
  readonly archived: boolean;
  readonly removed: boolean;
}

const EMPTY: Row = {
  params: {},
  results: undefined,
  tags: [],
  untagged: [],
  description: '',
  sweep: undefined,
  partition: undefined,
  num_gpus: undefined,
  facts: undefined,
  archived: false,
  removed: false,
};

function eventsOf(row: Row, i: number): EventBody[] {
  const key = asKey(`key${i}`);
  const exp = parseExpId(`run_${i}`);
  return [
    {
      type: 'created',
      key,
      exp,
      description: row.description,
      tags: row.tags,
      notes: [],
      config: {
        template: i % 2 === 0 ? 'even' : 'odd',
        params: row.params,
        written: {},
        seeds: [],
        settings: {
          resources: {
            ...(row.partition === undefined ? {} : { partition: row.partition }),
            ...(row.num_gpus === undefined ? {} : { num_gpus: row.num_gpus }),
          },
        },
        origins: { sources: [], at: {} },
      },
      ...(row.sweep === undefined ? {} : { sweep: row.sweep }),
    },
    ...(row.untagged.length === 0 ? [] : [{ type: 'tagged' as const, key, exp, add: [], remove: row.untagged }]),
    ...(row.facts === undefined ? [] : submitted(key, i, row.facts)),
    ...(row.results === undefined ? [] : [harvested(key, i, row.results)]),
    ...(row.archived ? [{ type: 'archived' as const, key, exp, archived: true }] : []),
    ...(row.removed ? [{ type: 'removed' as const, key, exp }] : []),
  ];
}

/** Some are tasks of an array. */
function isTask(i: number): boolean {
  return i > 0 && i % 3 === 0;
}

function submitted(key: Key, i: number, facts: readonly Fact[]): EventBody[] {
  const token = asToken(`token${i}`);
  const ref = { key, stage: 'train', n: 1 };
  return [
    {
      type: 'submitting',
      token,
      scheduler: 'local:x',
      members: [isTask(i) ? { ...ref, index: i } : ref],
      owner: 'a:1:1:1',
    },
    { type: 'submitted', token, job: { scheduler: 'local:x', id: String(i), uid: 1, submittedMs: NOW } },
    ...facts.map((fact): EventBody => ({ type: 'state', token, attempts: [ref], fact })),
  ];
}

function harvested(key: Key, i: number, results: NonNullable<Row['results']>): EventBody {
  const metrics = Object.fromEntries(
    Object.entries(results).map(([name, value]): [string, Metric] => [
      name,
      { ...value, source: { file: 'f', rule: 'r' } },
    ]),
  );
  return {
    type: 'harvested',
    key,
    exp: parseExpId(`run_${i}`),
    harvest: { metrics, missing: {}, attempts: [], partial: false, fingerprint: '' },
  };
}

/** Half of a surrogate pair is compared as U+FFFD. */
const TEXTS = [
  'resnet50',
  '0.10',
  '0.1',
  '',
  'true',
  'a*b',
  '[x]',
  'lr',
  'naïve é',
  '𝒳',
  '\uffee',
  "it's",
  '"',
  '\ud800',
  '\\ud800',
];
const NUMBERS = [0, -0, 1, 0.1, 0.10000000000000002, 1e-4, 1e21, 5e-324, 2 ** 53, 2 ** 63, -1, 512, 3];

const text = fc.constantFrom(...TEXTS);
const number = fc.oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }));
/** Values are checked when an experiment is made: a list with half a surrogate pair cannot get into one. */
const item: fc.Arbitrary<Value> = fc.oneof(
  text.map((value) => value.toWellFormed()),
  number,
  fc.boolean(),
  fc.constant(null),
  fc.constant([1]),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.array(item, { maxLength: 4 }),
  fc.constant({}),
);

const PARAMS = ['lr', 'model', 'hidden', 'odd `name`', 'status'];
const RESULTS = ['acc', 'loss'];

const metric: fc.Arbitrary<Pick<Metric, 'value' | 'nonfinite'>> = fc.oneof(
  fc.oneof(text, number, fc.boolean(), fc.constant(null)).map((one) => ({ value: one })),
  fc.constantFrom('nan' as const, 'inf' as const, '-inf' as const).map((nonfinite) => ({ value: null, nonfinite })),
);

function some<T>(names: readonly string[], of: fc.Arbitrary<T>): fc.Arbitrary<{ [name: string]: T }> {
  return fc.dictionary(fc.constantFrom(...names), of, { maxKeys: names.length, noNullPrototype: true });
}

const moment = fc.integer({ min: 0, max: 20 }).map((days) => NOW - days * DAY_MS);
const fact: fc.Arbitrary<Fact> = fc.oneof(
  moment.map((atMs): Fact => ({ kind: 'started', atMs, host: 'h', job: '1' })),
  fc.record({ kind: fc.constant('ended' as const), atMs: moment, exitCode: fc.constantFrom(0, 1) }),
  fc.record({
    kind: fc.constant('accounted' as const),
    atMs: moment,
    state: fc.constantFrom('completed' as const, 'timeout' as const, 'cancelled' as const),
  }),
  fc.record({
    kind: fc.constant('queue' as const),
    atMs: moment,
    state: fc.constantFrom('pending' as const, 'running' as const),
  }),
  moment.map((atMs): Fact => ({ kind: 'refused', atMs, said: 'no' })),
);

const row: fc.Arbitrary<Row> = fc.record({
  params: fc
    .tuple(some(PARAMS, value), fc.option(some(['lr'], value), { nil: {} }))
    .map(([flat, opt]) => (Object.keys(opt).length === 0 ? flat : { ...flat, opt })),
  results: fc.option(some(RESULTS, metric), { nil: undefined }),
  tags: fc.subarray(['lr', 'x', 'a"b']),
  untagged: fc.subarray(['lr', 'x']),
  description: text,
  sweep: fc.option(fc.constantFrom('s', 't'), { nil: undefined }),
  partition: fc.constantFrom(undefined, 'a100', ['a100', 'h100']),
  num_gpus: fc.constantFrom(undefined, 0, 1, 8),
  facts: fc.option(fc.array(fact, { maxLength: 3 }), { nil: undefined }),
  archived: fc.boolean(),
  removed: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

const field = fc.oneof(
  fc.constantFrom(
    ...PARAMS,
    ...RESULTS,
    'opt.lr',
    'opt',
    'params.lr',
    'results.acc',
    'params.acc',
    'params.status',
    'nobody_has_it',
  ),
  fc.constantFrom(...RECORD_FIELDS.map(({ name }) => name)),
);

const AGES = ['3d', '0s', '2w', '2026-03-01', '2026-03-07T12:00'];
const CHOICES = ['failed', 'completed', 'queued', 'running', 'created', 'cancelled', 'timeout', 'exit_code', 'false'];

const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc
    .constantFrom(...TEXTS, ...AGES, ...CHOICES, 'run_3', 's', 'even', 'a100', 'x', '[512,256]', '{}', '7')
    .map((one): Literal => ({ kind: 'text', text: one })),
  number.map((one): Literal => ({ kind: 'number', text: String(one), value: one })),
  fc
    .constantFrom('1e-4', '0.10', '8', '1.0', '7')
    .map((one): Literal => ({ kind: 'number', text: one, value: Number(one) })),
);

const GLOBS = ['*', 'r*', '*0.1*', '?', '[[]x]', 'run_[0-4]', '*é', '1e-*', 'a[*]b', '[^r]*', '5*'];
const glob = fc.constantFrom(...GLOBS).map((one): Literal => ({ kind: 'text', text: one }));
const compared = fc.constantFrom<Operator[]>('=', '!=', '<', '<=', '>', '>=');

const { query } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant('compare' as const), field, operator: compared, literal }),
    fc.record({
      kind: fc.constant('compare' as const),
      field,
      operator: fc.constantFrom<Operator[]>('~', '!~'),
      literal: glob,
    }),
    fc.record({ kind: fc.constant('in' as const), field, negated: fc.boolean(), literals: fc.tuple(literal, literal) }),
    fc.record({ kind: fc.constant('has' as const), field, literal }),
    fc.record({ kind: fc.constant('missing' as const), field }),
    fc.record({ kind: fc.constant('not' as const), item: tie('query') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), items: fc.tuple(tie('query'), tie('query')) }),
  ),
}));

/** As a person could write it: refused comparisons, such as `status = 3`, give undefined. */
function legal(tree: Query): Query | undefined {
  try {
    return parseQuery(formatQuery(tree));
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

const legalQuery = query.map(legal).filter((one) => one !== undefined);

function names(experiments: Iterable<Experiment>): string[] {
  return [...experiments].map(({ expId }) => expId).toSorted();
}

function matching(all: readonly Experiment[], asked: Query): string[] {
  const jobOf = (token: Parameters<Store['submission']>[0]): string | undefined =>
    store.submission(token)?.job?.value.id;
  return names(all.filter((experiment) => matches(asked, makeValueReader(experiment, jobOf), NOW)));
}

test('the view finds by a query exactly the experiments that the query matches', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(
    fc.array(row, { minLength: 1, maxLength: 40 }),
    fc.array(legalQuery, { minLength: 10, maxLength: 20 }),
    async (rows, queries) => {
      store = await storeOf(rows);
      try {
        const all = [...store.select({ nowMs: NOW })];
        expect(all).toHaveLength(rows.filter(({ removed }) => !removed).length);
        for (const where of queries) {
          const found = names(store.select({ where, nowMs: NOW }));
          expect(found, formatQuery(where)).toEqual(matching(all, where));
          expect(store.count({ where, nowMs: NOW })).toBe(found.length);
        }
      } finally {
        open.pop()?.close();
      }
    },
  );
  await fc.assert(property, { numRuns: Number(process.env['SHEAF_TEST_RUNS'] ?? 20) });
});

test('a job is found by the id that the scheduler gave it, and one without a job is missing it', async () => {
  store = await storeOf([{ ...EMPTY, facts: [] }, EMPTY]);
  expect(found('job = 0')).toEqual(['run_0']);
  expect(found('job is missing')).toEqual(['run_1']);
});

test('a task of an array is found by its job and its place in the array, and all of them by a pattern', async () => {
  const ran: Row = { ...EMPTY, facts: [] };
  store = await storeOf([ran, ran, ran, ran]);
  expect(found('job = 3_3')).toEqual(['run_3']);
  expect(found('job = 3')).toEqual([]);
  expect(found('job ~ "3*"')).toEqual(['run_3']);
});

test('a query may be as long and as deep as the language allows', async () => {
  store = await storeOf([
    { ...EMPTY, params: { lr: 1 } },
    { ...EMPTY, params: { lr: -1 } },
  ]);
  const chain = Array.from({ length: 300 }, (_, i) => `lr = ${i}`).join(' or ');
  const depth = MAX_QUERY_DEPTH / 2;
  expect(found(`${'not (seed = 9 or '.repeat(depth)}${chain}${')'.repeat(depth)}`)).toEqual(['run_0']);
});

test('thousands of experiments may be named', async () => {
  store = await storeOf([EMPTY, EMPTY]);
  const text = (name: string): Literal => ({ kind: 'text', text: name });
  const others = Array.from({ length: 40_000 }, (_, i) => text(`other_${i}`));
  const where: Query = { kind: 'in', field: 'exp_id', negated: false, literals: [text('run_1'), ...others] };
  expect(names(store.select({ where, nowMs: NOW }))).toEqual(['run_1']);
});

test('whole numbers beyond those that JavaScript keeps are found in lists as they are kept', async () => {
  const kept = 2 ** 63 - 2 ** 10;
  store = await storeOf([{ ...EMPTY, params: { sizes: [kept] } }]);
  expect(found(`sizes has ${kept}`)).toEqual(['run_0']);
});

test.each([
  ['lr', false, ['run_2', 'run_0', 'run_3', 'run_4', 'run_1']],
  ['lr', true, ['run_0', 'run_2', 'run_4', 'run_3', 'run_1']],
  ['results.acc', true, ['run_1', 'run_4', 'run_3', 'run_2', 'run_0']],
  ['exp_id', false, ['run_0', 'run_1', 'run_2', 'run_3', 'run_4']],
  ['job', false, ['run_3', 'run_4', 'run_2', 'run_1', 'run_0']],
  ['nobody_has_it', true, ['run_4', 'run_3', 'run_2', 'run_1', 'run_0']],
] as const)(
  'sorted by %s (descending: %s), numbers come before texts, and missing values last',
  async (by, descending, expected) => {
    const finite = { value: 0.5 };
    store = await storeOf([
      { ...EMPTY, params: { lr: 0.1 } },
      { ...EMPTY, results: { acc: { value: null, nonfinite: 'inf' } } },
      { ...EMPTY, params: { lr: 1e-4 }, results: { acc: { value: null, nonfinite: 'nan' } } },
      { ...EMPTY, params: { lr: 'auto' }, results: { acc: finite }, facts: [] },
      { ...EMPTY, params: { lr: 'best' }, results: { acc: { value: 1 } } },
    ]);
    const sort = { field: by, descending };
    const sorted = [...store.select({ sort, nowMs: NOW })].map(({ expId }) => expId);
    expect(sorted).toEqual(expected);
  },
);

test('a selection that is read slowly goes on while events are recorded, and leaves out what was removed', async () => {
  store = await storeOf(Array.from({ length: 450 }, () => EMPTY));
  const reading = store.select({ nowMs: NOW, sort: { field: 'created', descending: true } });
  expect(reading.next().value?.expId).toBe('run_449');
  await store.append([{ type: 'removed', key: asKey('key0'), exp: parseExpId('run_0') }]);
  const rest = [...reading].map(({ expId }) => expId);
  expect(rest).toHaveLength(448);
  expect(rest).not.toContain('run_0');
});

function found(text: string): string[] {
  return names(store.select({ where: parseQuery(text), nowMs: NOW }));
}
