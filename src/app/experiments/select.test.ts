import { describe, expect, test } from 'vitest';
import {
  ended,
  LIFE_MS,
  recordedProject,
  started,
  type Life,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import { selectAll, getFieldValue, selectExperiments, type ListSelector } from './select.ts';

const done = { 'train-1': [started(), ended()] };
const LIVES: { readonly [expId: string]: Life } = {
  lr_1: {
    params: { learning_rate: 0.1, loss: 'mse', opt: { name: 'sgd' } },
    sweep: 's',
    tags: ['lr', 'x'],
    attempts: done,
    metrics: { acc: 0.9, loss: 1 },
  },
  lr_2: { params: { learning_rate: 0.01 }, sweep: 's', tags: ['lr'], attempts: { 'train-1': [started(), ended(1)] } },
  old: { params: { learning_rate: 0.1 }, archived: true },
  plain: { params: { learning_rate: 1e-4 } },
};

/** A sweep has a record of its own. */
async function project(): Promise<RecordedProject['project']> {
  const { project } = await recordedProject(LIVES);
  await project.store.append([{ type: 'swept', sweep: 's', template: 't', space: null, count: 2, fixed: {} }]);
  return project;
}

function problemOf(act: () => unknown): Partial<SheafError['problems'][number]> & { exitCode: number; all: string[] } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const { code, message, fix = '' } = error.problems[0];
    return { code, message, fix, exitCode: error.exitCode, all: error.problems.map((problem) => problem.message) };
  }
  throw new Error('nothing was refused');
}

describe('a selection', () => {
  test.each<[ListSelector, string[]]>([
    [{}, ['plain', 'lr_2', 'lr_1']],
    [{ archived: true }, ['plain', 'old', 'lr_2', 'lr_1']],
    [{ where: 'archived = true' }, ['old']],
    [{ where: 'learning_rate = 0.1' }, ['lr_1']],
    [{ ids: ['old', 'lr_1', 'old'] }, ['old', 'lr_1']],
    [{ ids: ['lr_2', 'plain', 'lr_1'], limit: 2 }, ['lr_2', 'plain']],
    [{ ids: ['lr_2', 'plain', 'lr_1'], sort: { field: 'learning_rate', descending: true } }, ['lr_1', 'lr_2', 'plain']],
    [{ ids: ['lr_2', 'plain'], where: 'learning_rate < 0.01' }, ['plain']],
    [{ sweep: 's', where: 'acc > 0.5' }, ['lr_1']],
    [{ tags: ['x', 'lr'] }, ['lr_1']],
    [{ status: ['failed', 'created'] }, ['plain', 'lr_2']],
    [{ status: ['running'] }, []],
  ])('of %j narrows by all that is asked', async (selector, expected) => {
    const { rows } = selectExperiments(await project(), selector);
    expect(rows.map(({ expId }) => expId)).toEqual(expected);
  });

  test('reports how many there are beyond the limit', async () => {
    const opened = await project();
    expect(selectExperiments(opened, { limit: 2 })).toMatchObject({ total: 3, rows: { length: 2 } });
    expect(selectExperiments(opened, { ids: ['lr_1', 'lr_2'], limit: 1 })).toMatchObject({
      total: 2,
      rows: { length: 1 },
    });
    expect(selectExperiments(opened, {})).toMatchObject({ total: 3, warnings: [] });
  });

  test('by a name that no experiment has is reported with the nearest one, once', async () => {
    const { warnings } = selectExperiments(await project(), {
      where: 'learning_rat < 1 and not results.acc is missing',
      sort: { field: 'learning_rat', descending: false },
    });
    expect(warnings).toEqual([
      'no experiment has a parameter, a result or a field "learning_rat": did you mean learning_rate?',
    ]);
  });

  test('by a bare name that is a parameter and a result is refused with both full names', async () => {
    const opened = await project();
    expect(problemOf(() => selectExperiments(opened, { where: 'loss > 0' }))).toMatchObject({
      code: 'query.ambiguous',
      fix: 'write params.loss or results.loss',
      exitCode: 2,
    });
    expect(selectExperiments(opened, { where: 'results.loss = 1 and params.loss = mse' }).rows).toHaveLength(1);
  });

  test('by a name alone is refused with what in the project has the name', async () => {
    const opened = await project();
    const fixOf = (where: string): string | undefined => problemOf(() => selectExperiments(opened, { where })).fix;
    expect(fixOf('s')).toBe('write sweep = s');
    expect(fixOf('learning_rate > 0 and lr')).toBe('write tags has lr or exp_id ~ *lr*');
    expect(fixOf('not (lr_?)')).toBe('write exp_id ~ lr_?');
    expect(fixOf('learning_rate')).toMatch(/^the operators are/);
    expect(() => selectExperiments(opened, { where: 'nothing' })).toThrow(/expected an operator after nothing/);
    expect(fixOf('nothing')).toMatch(/^the operators are/);
  });

  test('of names that do not exist is refused, all of them at once', async () => {
    const opened = await project();
    const problem = problemOf(() => selectExperiments(opened, { ids: ['lr_3', 'plain', 'zebra'] }));
    expect(problem).toMatchObject({ code: 'experiment.unknown', fix: 'did you mean lr_2 or lr_1?', exitCode: 2 });
    expect(problem.all).toEqual(['there is no experiment "lr_3"', 'there is no experiment "zebra"']);
  });

  test.each([
    [{ sweep: 'z' }, 'sweep.unknown'],
    [{ status: ['runing'] }, 'status.unknown'],
    [{ where: 'status = runing' }, 'query.value'],
    [{ where: 'and' }, 'query.syntax'],
  ] as const)('of %j is refused with %s', async (selector, code) => {
    const opened = await project();
    expect(problemOf(() => selectExperiments(opened, selector))).toMatchObject({ code, exitCode: 2 });
  });
});

describe('what a command acts on', () => {
  test('is never everything by mistake', async () => {
    const opened = await project();
    expect(problemOf(() => selectAll(opened, {}))).toMatchObject({ code: 'selector.none', exitCode: 2 });
    expect(problemOf(() => selectAll(opened, { ids: [] }))).toMatchObject({ code: 'selector.none' });
    expect(problemOf(() => selectAll(opened, { where: 'not learning_rat = 1' }))).toMatchObject({
      code: 'field.unknown',
      fix: 'did you mean learning_rate?',
    });
  });

  test('leaves archived experiments alone unless they are named or asked for', async () => {
    const opened = await project();
    const names = (selector: ListSelector): string[] => selectAll(opened, selector).map(({ expId }) => expId);
    expect(names({ where: 'learning_rate = 0.1' })).toEqual(['lr_1']);
    expect(names({ ids: ['old'] })).toEqual(['old']);
    expect(names({ where: 'archived = true' })).toEqual(['old']);
  });
});

test.each([
  ['exp_id', 'lr_1'],
  ['status', 'completed'],
  ['cause', undefined],
  ['stage', 'train'],
  ['tags', ['lr', 'x']],
  ['sweep', 's'],
  ['started', LIFE_MS],
  ['ended', LIFE_MS + 60_000],
  ['archived', false],
  ['job', 'lr_1/train-1'],
  ['learning_rate', 0.1],
  ['params.learning_rate', 0.1],
  ['results.learning_rate', undefined],
  ['opt.name', 'sgd'],
  ['opt', undefined],
  ['acc', 0.9],
  ['results.loss', 1],
  ['nothing', undefined],
])('the field %s of an experiment is %j', async (field, expected) => {
  const { store } = await project();
  const experiment = store.find('lr_1');
  expect(experiment && getFieldValue(experiment, field, store)).toEqual(expected);
});
