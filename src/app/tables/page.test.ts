import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { asKey } from '../../core/ids.ts';
import { readFacets } from './facets.ts';
import { listExperiments } from './list.ts';
import { readPage, readPageRows, type Page } from './page.ts';
import { readValues, type ValuesRequest } from './values.ts';

const LIVES: { readonly [expId: string]: Life } = {
  first: {
    template: 'mlp',
    params: { lr: 1e-4, layers: [1, 2], fast: true },
    written: { '/lr': '1e-4' },
    attempts: { 'train-1': [started(), ended()] },
    metrics: { acc: 0.5, note: 'good', loss: { value: null, nonfinite: 'nan' } },
    tags: ['x', 'y'],
    sweep: 's-2',
  },
  second: {
    template: 'mlp',
    params: { lr: 0.0001, fast: false },
    attempts: { 'train-1': [started(), ended(1)] },
    metrics: { acc: 0.75 },
    missing: { loss: { reason: 'no_match', said: 'no line matches' } },
    tags: ['y'],
    sweep: 's-10',
  },
  third: { template: 'cnn', params: { lr: 0.1 }, attempts: { 'train-1': [started()] } },
  away: { template: 'cnn', params: { lr: 0.1 }, archived: true },
};

function cellsOf({ columns }: Pick<Page, 'columns'>): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ header, cells }) => [header, cells]));
}

test('a page has values by columns, how parameters were written, and why metrics are missing', async () => {
  const { project } = await recordedProject(LIVES);
  const page = readPage(project, { sort: { field: 'exp_id', descending: false }, columns: ['all'] });
  expect(page).toMatchObject({ total: 3, offset: 0, expIds: ['first', 'second', 'third'], warnings: [] });
  const columns = Object.fromEntries(page.columns.map((column) => [column.header, column]));
  expect(columns['lr']).toMatchObject({ cells: [1e-4, 1e-4, 0.1], written: { 0: '1e-4' } });
  expect(columns['fast']?.cells).toEqual([true, false, null]);
  expect(columns['layers']?.cells).toEqual([[1, 2], null, null]);
  expect(columns['acc']).toMatchObject({ cells: [0.5, 0.75, null], gaps: { 2: 'running' } });
  expect(columns['loss']).toMatchObject({
    cells: ['nan', null, null],
    gaps: { 0: 'nan', 1: 'no_match', 2: 'running' },
  });
  expect(columns['status']?.cells).toEqual(['completed', 'failed', 'running']);
  expect(columns['tags']?.cells).toEqual([['x', 'y'], ['y'], null]);
  expect(columns['ended']?.cells[0]).toBe('2026-03-10T12:01:00.000Z');
});

test('pages show what a list shows, in its order, whatever the query, the sort and the place', async () => {
  const { project } = await recordedProject(
    Object.fromEntries(
      Array.from({ length: 23 }, (_, i): [string, Life] => [
        `e-${i}`,
        {
          params: { lr: (i * 7) % 5, name: `n${i % 3}` },
          metrics: i % 4 === 0 ? {} : { acc: i % 6 },
          archived: i === 5,
        },
      ]),
    ),
  );
  const requests = fc.record({
    where: fc.constantFrom(undefined, 'lr > 1', 'name = n1 or acc > 3', 'created > 7d', 'lr > 100'),
    field: fc.constantFrom('exp_id', 'acc', 'params.lr', 'created', 'status'),
    descending: fc.boolean(),
    offset: fc.nat(30),
    limit: fc.nat(30),
  });
  fc.assert(
    fc.property(requests, ({ where, field, descending, offset, limit }) => {
      const columns = ['exp_id', 'lr', 'acc', 'status', 'created'];
      const selector = { ...(where === undefined ? {} : { where }), sort: { field, descending } };
      const listed = listExperiments(project, { ...selector, columns, values: true });
      const page = readPage(project, { ...selector, columns, offset, limit });
      expect(page.total).toBe(listed.total);
      const rows = listed.rows.slice(offset, offset + limit);
      expect(page.expIds).toEqual(rows.map(({ experiment }) => experiment.expId));
      expect(page.keys).toEqual(rows.map(({ experiment }) => experiment.key));
      page.columns.forEach(({ cells }, i) => expect(cells).toEqual(rows.map((row) => row.cells[i] ?? null)));
    }),
    { numRuns: 60 },
  );
});

test('the order of an earlier page is kept while experiments come, change and go', async () => {
  const recorded = await recordedProject({ a: {}, b: {}, c: {} });
  const { project } = recorded;
  const sort = { field: 'exp_id', descending: false };
  const { orderVersion, version } = readPage(project, { sort });
  await recorded.record({ aa: {} });
  await project.store.append([{ type: 'removed', key: asKey('key-b'), exp: project.store.find('b')!.expId }]);
  await recorded.learn('c', 'train-1', started());
  const kept = readPage(project, { sort, orderVersion, columns: ['status'] });
  expect(kept).toMatchObject({ orderVersion, total: 3, expIds: ['a', null, 'c'], keys: ['key-a', null, 'key-c'] });
  expect(cellsOf(kept)).toEqual({ status: ['created', null, 'running'] });
  expect(kept.version).toBe(version + 3);
  expect(readPage(project, { sort })).toMatchObject({ orderVersion: version + 3, expIds: ['a', 'aa', 'c'] });
});

test('the order of a view that was rebuilt is not used again', async () => {
  const { project } = await recordedProject({ a: {}, b: {} });
  const { orderVersion } = readPage(project, {});
  await project.store.rebuild();
  const page = readPage(project, { orderVersion });
  expect(page.orderVersion).toBeGreaterThan(orderVersion);
  expect(page.expIds).toHaveLength(2);
});

test('the cells of single experiments are read by key, and those of a removed one are empty', async () => {
  const { project } = await recordedProject(LIVES);
  const rows = readPageRows(project, [asKey('key-second'), asKey('nobody'), asKey('key-first')], ['exp_id', 'acc']);
  expect(rows.keys).toEqual(['key-second', null, 'key-first']);
  expect(cellsOf(rows)).toEqual({ exp_id: ['second', null, 'first'], acc: [0.75, null, 0.5] });
  expect(rows.columns[1]?.gaps).toEqual({});
});

test('a page that cannot be is refused with the reason', async () => {
  const { project } = await recordedProject({});
  for (const range of [{ limit: 1_001 }, { offset: -1 }, { limit: 0.5 }]) {
    expect(() => readPage(project, range)).toThrow('cannot be read');
  }
  expect(readPage(project, {})).toMatchObject({ total: 0, keys: [] });
});

test('facets count values among the experiments that fit', async () => {
  const { project } = await recordedProject(LIVES);
  const { total, facets, version } = readFacets(project, {
    fields: ['status', 'template', 'tags', 'cause', 'lr', 'fast'],
  });
  expect({ total, version }).toEqual({ total: 3, version: project.store.version() });
  expect(facets.map(({ header, counts, more, without }) => [header, counts, more, without])).toEqual([
    ['status', ['completed', 'failed', 'running'].map((value) => ({ value, count: 1 })), 0, 0],
    [
      'template',
      [
        { value: 'mlp', count: 2 },
        { value: 'cnn', count: 1 },
      ],
      0,
      0,
    ],
    [
      'tags',
      [
        { value: 'y', count: 2 },
        { value: 'x', count: 1 },
      ],
      0,
      1,
    ],
    ['cause', [{ value: 'exit_code', count: 1 }], 0, 2],
    [
      'lr',
      [
        { value: 1e-4, count: 2 },
        { value: 0.1, count: 1 },
      ],
      0,
      0,
    ],
    [
      'fast',
      [
        { value: false, count: 1 },
        { value: true, count: 1 },
      ],
      0,
      1,
    ],
  ]);
});

test('facets say how many more values there are than they list', async () => {
  const { project } = await recordedProject(LIVES);
  const { facets } = readFacets(project, { where: 'status != running', fields: ['sweep', 'params.lr'], limit: 1 });
  expect(facets).toMatchObject([
    { counts: [{ value: 's-10', count: 1 }], more: 1, without: 0 },
    { counts: [{ value: 1e-4, count: 2 }], more: 0, without: 0 },
  ]);
  const archived = readFacets(project, { archived: true, fields: ['template'] });
  expect(archived.facets[0]?.counts).toContainEqual({ value: 'cnn', count: 2 });
  expect(readFacets(project, { where: 'lr > 5' })).toMatchObject({ total: 0 });
});

test('a field that is not counted is refused with those that are', async () => {
  const { project } = await recordedProject(LIVES);
  expect(() => readFacets(project, { fields: ['created'] })).toThrow('values of created are not counted');
  expect(() => readFacets(project, { fields: ['nothing'] })).toThrow('no experiment has a parameter');
});

test('values of any field are counted under a query, and may be narrowed by how they begin', async () => {
  const { project } = await recordedProject(LIVES);
  const list = (request: ValuesRequest): unknown => {
    const { counts, more } = readValues(project, request);
    return [...counts.map(({ value, count }) => `${JSON.stringify(value)} ${count}`), ...(more > 0 ? [more] : [])];
  };
  expect(list({ field: 'lr' })).toEqual(['0.0001 2', '0.1 1']);
  expect(list({ field: 'params.lr', prefix: '1E', where: 'tags has x' })).toEqual(['0.0001 1']);
  expect(list({ field: 'lr', prefix: '0.0' })).toEqual(['0.0001 2']);
  expect(list({ field: 'fast', prefix: 't' })).toEqual(['true 1']);
  expect(list({ field: 'note', prefix: '%' })).toEqual([]);
  expect(list({ field: 'tags', prefix: 'Y' })).toEqual(['"y" 2']);
  expect(list({ field: 'template', limit: 1 })).toEqual(['"mlp" 2', 1]);
  expect(list({ field: 'status', prefix: 'c' })).toEqual(['"completed" 1', '"created" 0', '"cancelled" 0']);
  expect(list({ field: 'exp_id', prefix: 'S' })).toEqual(['"second" 1']);
  expect(list({ field: 'exp_id', limit: 1 })).toEqual(['"first" 1', 2]);
  expect(list({ field: 'archived' })).toEqual(['"false" 3', '"true" 1']);
  expect(list({ field: 'created' })).toEqual([]);
  expect(() => readValues(project, { field: 'lrr' })).toThrow('lrr');
});
