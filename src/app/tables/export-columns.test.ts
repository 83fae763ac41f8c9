import { describe, expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import { exportTable, type TableExportRequest } from './export.ts';

const LIVES: { readonly [expId: string]: Life } = {
  one: {
    params: { learning_rate: 0.0001, 'top-k': 5, top: 8, k: 3, opt: { lr: 0.5 }, note: 'plain' },
    written: { '/learning_rate': '1e-4' },
    attempts: { 'train-1': [started(), ended()] },
    metrics: { accuracy: 0.96349, 'val/loss': 1234.5, val_loss: 0.125, train_time: 7200 },
  },
  two: {
    params: { learning_rate: 0.1, 'top-k': 1, top: 2, k: 1, opt: { lr: 2 }, note: 'plain' },
    attempts: { 'train-1': [started(), ended()] },
    metrics: { accuracy: { value: null, nonfinite: 'nan' }, val_loss: 0.375 },
    missing: { train_time: { reason: 'no_match', said: 'no line' } },
  },
};

async function lines(
  columns: TableExportRequest['columns'],
  request: TableExportRequest = {},
  yaml = '',
): Promise<string[]> {
  const { project } = await recordedProject(LIVES, { 'sheaf.yaml': `scheduler: local\n${yaml}` });
  const ids = Object.keys(LIVES);
  const { text = '', warnings } = await exportTable(project, '-', { ids, ...(columns && { columns }), ...request });
  return [...text.split('\n').slice(0, -1), ...warnings];
}

async function refusal(columns: TableExportRequest['columns'], yaml = ''): Promise<SheafError['problems'][number]> {
  const error: unknown = await lines(columns, {}, yaml).catch((caught: unknown) => caught);
  if (error instanceof SheafError) return error.problems[0];
  throw error instanceof Error ? error : new Error(`nothing was refused: ${String(error)}`);
}

describe('a column of an export', () => {
  test('may have another name and a format', async () => {
    expect(await lines(['exp_id,lr=learning_rate,acc=accuracy:.2f'])).toEqual([
      'exp_id,lr,acc',
      'one,1e-4,0.96',
      'two,0.1,nan',
    ]);
    expect(await lines(['learning_rate:.1e', 'val/loss:,.1f'])).toEqual([
      'learning_rate,val/loss',
      '1.0e-04,"1,234.5"',
      '1.0e-01,',
      '1 cell has no number: in 1 the template has no rule for the metric; the column "missing" says which',
    ]);
  });

  test('may be an expression over parameters and metrics, which is empty if one of them is', async () => {
    expect(await lines(['exp_id,hours=train_time/3600,accuracy*100:.1f,max(top, k)+opt.lr,missing'])).toEqual([
      'exp_id,hours,accuracy*100,"max(top, k)+opt.lr",missing',
      'one,2,96.3,8.5,',
      'two,,nan,4,train_time: no_match',
    ]);
  });

  test('is the one of that name whatever its name could be read as', async () => {
    expect(await lines(['top-k,val/loss,top - k,x=`val/loss` / 5'], { ids: ['one'] })).toEqual([
      'top-k,val/loss,top - k,x',
      '5,1234.5,5,246.9',
    ]);
  });

  test('may stand for many by a pattern, with one format for all; a product of known names is no pattern', async () => {
    expect(await lines(['exp_id', 'val*:.1f'], { ids: ['one'] })).toEqual([
      'exp_id,val/loss,val_loss',
      'one,1234.5,0.1',
    ]);
    expect(await lines(['results.*'], { ids: ['one'] })).toEqual([
      'accuracy,train_time,val/loss,val_loss',
      '0.96349,7200,1234.5,0.125',
    ]);
    expect(await lines(['top*k'], { ids: ['one'] })).toEqual(['top*k', '24']);
  });

  test('is a number for programs, and a text with its unit for people', async () => {
    const columns = [{ name: 'Accuracy', value: 'accuracy * 100', format: '.1f', unit: '%' }];
    expect(await lines(columns, { ids: ['one'] })).toEqual(['Accuracy (%)', '96.3']);
    expect(await lines(columns, { ids: ['one'], format: 'json' })).toEqual(['[', `{"Accuracy":${0.96349 * 100}}`, ']']);
  });

  test('of sheaf.yaml may be a name, a word as on the line, or a map', async () => {
    const yaml = `export:
  columns:
    - exp_id
    - lr=learning_rate
    - {name: Accuracy, value: accuracy * 100, format: .1f, unit: '%'}
    - {value: params.top}
    - f1
    - {name: later, value: f1 * 100}
`;
    expect(await lines(undefined, { ids: ['one'] }, yaml)).toEqual([
      'exp_id,lr,Accuracy (%),params.top',
      'one,1e-4,96.3,8',
      ...[1, 2].map(
        () =>
          'export.columns in sheaf.yaml: no experiment has a parameter, a result or a field "f1"; the column is left out',
      ),
    ]);
  });
});

describe('the columns that a template names', () => {
  const lives: { readonly [expId: string]: Life } = {
    a: {
      template: 'cnn',
      params: { lr: 1, width: 8 },
      attempts: { 'train-1': [started(), ended()] },
      metrics: { acc: 0.5 },
    },
    b: {
      template: 'vit',
      params: { lr: 2, heads: 4 },
      attempts: { 'train-1': [started(), ended()] },
      metrics: { acc: 0.6 },
    },
    c: { template: 'mlp', params: { lr: 3 }, attempts: { 'train-1': [started(), ended()] }, metrics: { acc: 0.7 } },
  };
  const files = {
    'sheaf.yaml': 'scheduler: local\nexport: {columns: [exp_id, lr]}\n',
    'templates/cnn.yaml': 'command: x\nlr: 1\nwidth: 8\nexport: {columns: [exp_id, width, Accuracy=acc*100]}\n',
    'templates/vit.yaml': 'command: x\nlr: 1\nheads: 4\nexport: {columns: [exp_id, heads, Accuracy=acc]}\n',
    'templates/mlp.yaml': 'command: x\nlr: 1\n',
  };
  const exported = async (...ids: string[]): Promise<string[]> => {
    const { project } = await recordedProject(lives, files);
    const { text = '', warnings } = await exportTable(project, '-', { ids });
    return [...text.split('\n').slice(0, -1), ...warnings];
  };

  test('are those of the export of its experiments, before those of sheaf.yaml', async () => {
    expect(await exported('a')).toEqual(['exp_id,width,Accuracy', 'a,8,50']);
    expect(await exported('c')).toEqual(['exp_id,lr', 'c,3']);
  });

  test('of several templates stand one after the other, each once', async () => {
    expect(await exported('a', 'c')).toEqual(['exp_id,width,Accuracy,lr', 'a,8,50,1', 'c,,70,3']);
    expect(await exported('b', 'a')).toEqual([
      'exp_id,width,Accuracy,heads',
      'b,,60,4',
      'a,8,50,',
      'export.columns of template vit: two columns have the name Accuracy; the column is left out',
    ]);
  });
});

describe('a wrong column', () => {
  test.each([
    ['accuracy:.2q', 'columns.format', /".2q" is no format of numbers/],
    ['accuracy * ', 'expression.syntax', /expected a number or a name, but it ends/],
    ['acuracy * 100', 'field.unknown', /"acuracy"/],
    ['top-kk', 'field.unknown', /"top-kk"/],
    ['zz*', 'columns.no_match', /no column matches zz\*/],
    ['lr=learning_rate,lr=top', 'columns.twice', /two columns have the name lr/],
    ['x=val*', 'columns.name', /matches 2 columns/],
    [' , ', 'columns.empty', /no column is named/],
    ['sine(top)', 'expression.function', /there is no function sine/],
  ])('%s is reported as %s', async (column, code, message) => {
    expect(await refusal([column])).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
  });

  test('of sheaf.yaml is reported with its place', async () => {
    const at = (line: number) => ({ at: expect.objectContaining({ file: 'sheaf.yaml', line }) as unknown });
    const yaml = (item: string) => `export:\n  columns:\n    - exp_id\n    - ${item}\n`;
    expect(await refusal(undefined, yaml('{name: A, value: accuracy *}'))).toMatchObject({
      code: 'expression.syntax',
      ...at(5),
    });
    expect(await refusal(undefined, yaml('{name: A, format: .2q}'))).toMatchObject({ code: 'export.form', ...at(5) });
    expect(await refusal(undefined, yaml('{name: A, wert: b}'))).toMatchObject({ code: 'export.form', ...at(5) });
    expect(await refusal(undefined, yaml('[a]'))).toMatchObject({ code: 'export.form', ...at(5) });
  });
});
