import { describe, expect, test } from 'vitest';
import { SheafError } from '../core/errors.ts';
import { RECORD_FIELDS } from '../core/fields/record-fields.ts';
import { selectColumns } from './columns.ts';

const known = { params: ['learning_rate', 'loss', 'optimizer.lr', 'user'], results: ['accuracy', 'loss', 'val_loss'] };
const headers = (...wanted: string[]): string[] => selectColumns(wanted, known).map(({ header }) => header);

describe('the columns asked for', () => {
  test('keep their order and come once', () => {
    expect(selectColumns(['accuracy, exp_id', 'params.learning_rate', 'learning_rate'], known)).toEqual([
      { source: 'results', name: 'accuracy', header: 'accuracy' },
      { source: 'record', name: 'exp_id', header: 'exp_id' },
      { source: 'params', name: 'learning_rate', header: 'params.learning_rate' },
    ]);
  });

  test('may be globs over names and over params.* and results.*', () => {
    expect(headers('params.*')).toEqual(['learning_rate', 'params.loss', 'optimizer.lr', 'params.user']);
    expect(headers('*loss')).toEqual(['params.loss', 'results.loss', 'val_loss']);
    expect(headers('results.*', 'exp_id')).toEqual(['accuracy', 'results.loss', 'val_loss', 'exp_id']);
  });

  test('may be all', () => {
    expect(headers('all').length).toBe(RECORD_FIELDS.length + 7);
    expect(headers('*')).toEqual(headers('all'));
  });

  test('have headers that name the same column again', () => {
    const all = selectColumns(['all'], known);
    expect(
      selectColumns(
        all.map(({ header }) => header),
        known,
      ),
    ).toEqual(all);
  });

  test.each([
    ['acuracy', 'field.unknown', 'did you mean accuracy?'],
    ['loss', 'field.ambiguous', 'write params.loss or results.loss'],
    ['x*', 'columns.no_match', undefined],
    [' , ', 'columns.empty', undefined],
  ])('%j are refused with %s', (wanted, code, fix) => {
    try {
      selectColumns([wanted], known);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      expect(error.code).toBe(code);
      if (fix !== undefined) expect(error.problems[0].fix).toBe(fix);
    }
  });
});
