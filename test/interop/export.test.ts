import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTable } from '../../src/app/tables/export.ts';
import { formatCsvLines } from '../../src/report/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { describePython } from '../support/python.ts';
import { ended, recordedProject, started, type Life } from '../support/recorded-project.ts';

const done = { 'train-1': [started(), ended()] };

const LIVES: { readonly [expId: string]: Life } = {
  one: {
    params: { lr: 0.0001, layers: 3, amp: true, model: 'vit, large', some: 1, text: 'say "hi"' },
    written: { '/lr': '1e-4' },
    attempts: done,
    metrics: { acc: 0.1 + 0.2, steps: 1e15, loss: { value: null, nonfinite: 'nan' } },
  },
  two: {
    params: { lr: 0.1, layers: 12, amp: false, model: 'résnet', text: 'two\nlines' },
    attempts: done,
    metrics: { acc: 5e-324, steps: 7, loss: { value: null, nonfinite: '-inf' } },
  },
};

const COLUMNS = ['exp_id', 'lr', 'layers', 'amp', 'model', 'some', 'text', 'acc', 'steps', 'loss', 'created'];

const SHOW = `
import json, math, sys, pandas
def word(value):
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
def show(table):
    types = {name: str(type) for name, type in table.dtypes.items()}
    print(json.dumps({'types': types, 'rows': [[word(v) for v in row[:-1]] for row in table.values.tolist()]}))
`;

const ROWS = [
  ['one', 0.0001, 3, true, 'vit, large', 1, 'say "hi"', 0.1 + 0.2, 1e15, 'nan'],
  ['two', 0.1, 12, false, 'résnet', 'nan', 'two\nlines', 5e-324, 7, '-inf'],
];

const TYPES = {
  lr: 'float64',
  layers: 'int64',
  amp: 'bool',
  some: 'float64',
  acc: 'float64',
  steps: 'int64',
  loss: 'float64',
};

describePython('an export', ['pandas', 'pyarrow'], (run) => {
  test.each([
    ['csv', 'pandas.read_csv(sys.argv[1])'],
    ['tsv', 'pandas.read_csv(sys.argv[1], sep="\\t")'],
  ])('as %s has in pandas the types that it has here', async (format, read) => {
    const { project } = await recordedProject(LIVES);
    const path = join(temporaryFolder(), `a.${format}`);
    await exportTable(project, path, { columns: COLUMNS, ids: Object.keys(LIVES) });
    expect(run(`${SHOW}show(${read})`, path)).toMatchObject({ types: TYPES, rows: ROWS });
  });

  test('as Parquet has the same types, and times as times', async () => {
    const { project } = await recordedProject(LIVES);
    const path = join(temporaryFolder(), 'a.parquet');
    await exportTable(project, path, { columns: COLUMNS, ids: Object.keys(LIVES) });
    expect(run(`${SHOW}show(pandas.read_parquet(sys.argv[1]))`, path)).toEqual({
      types: expect.objectContaining({ ...TYPES, created: 'datetime64[ms, UTC]' }) as unknown,
      rows: ROWS,
    });
  });

  test('as CSV gives pandas every number to the last bit, and every text', () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    const letters = fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r\n', '\t', "'", ' x', '=', '😀');
    // pandas cannot tell a text from a number, nor from one of its words for "missing".
    const text = fc.string({ unit: letters, maxLength: 8 }).map((each) => `t${each}`);
    const rows = fc.sample(fc.tuple(number, text), { numRuns: 500, seed: 3 });
    const path = join(temporaryFolder(), 'a.csv');
    writeFileSync(path, [...formatCsvLines(['number', 'text'], rows)].join(''));
    const program = `
import json, sys, pandas
table = pandas.read_csv(sys.argv[1], float_precision="round_trip")
print(json.dumps([table["number"].tolist(), table["text"].tolist()]))`;
    // Python's parser takes a carriage return before a newline for a part of the text, as it is.
    expect(run(program, path)).toEqual([
      rows.map(([each]) => (Object.is(each, -0) ? 0 : each)),
      rows.map(([, each]) => each),
    ]);
  });
});

const hasLatex: boolean = (() => {
  try {
    execFileSync('pdflatex', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasLatex)('a table compiles in LaTeX whatever is in it (not run without pdflatex)', async () => {
  const text = String.raw`a_b & 5% #1 $x^2~\{}<|>"'` + '`-- ± é';
  const { project } = await recordedProject({
    ...LIVES,
    odd: { params: { lr: -1, model: text, text: '[x]' }, attempts: done, metrics: { acc: -0.5, 'a_b%': 1 } },
  });
  const folder = temporaryFolder();
  const paper = (table: string) =>
    `\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n\\input{${table}}\n\\end{document}\n`;
  const best = { acc: 'max' } as const;
  await exportTable(project, join(folder, 'all.tex'), { caption: text, label: 'tab:all', best });
  await exportTable(project, join(folder, 'groups.tex'), { groupBy: ['lr', 'model'], best });
  for (const table of ['all', 'groups']) {
    writeFileSync(join(folder, `paper-${table}.tex`), paper(table));
    const words = ['-interaction=nonstopmode', '-halt-on-error', `paper-${table}.tex`];
    expect(
      execFileSync('pdflatex', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    ).toContain('Output written on');
  }
});
