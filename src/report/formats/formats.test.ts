import { describe, expect, test } from 'vitest';
import { parseNumberFormat } from '../../core/text/number-format.ts';
import type { FileColumn, FileTable, FormatOptions } from '../file-table.ts';
import { TABLE_FORMATS, type TableFormatName } from './index.ts';

const twoDigits = parseNumberFormat('.2f') ?? String;

function written(name: TableFormatName, table: FileTable, options: FormatOptions = {}): string[] {
  const format = TABLE_FORMATS[name];
  if (format.kind !== 'text') throw new Error(`${name} is no text`);
  return [...format.lines(table, options)].join('').split('\n').slice(0, -1);
}

const ACC: FileColumn = { name: 'acc', mode: 'max' };

describe('Markdown', () => {
  test('is a table of GitHub, numbers to the right, the best in bold', () => {
    const columns = [
      { name: 'exp_id' },
      { ...ACC, unit: '%', format: twoDigits },
      { name: 'loss', mode: 'min' as const },
    ];
    const rows = [
      ['lr0.1_s1', 96.349, 0.5],
      ['b', 91, 0.25],
      ['c', undefined, 0.25],
    ];
    expect(written('markdown', { columns, rows })).toEqual([
      '| exp_id | acc (%) | loss |',
      '| --- | ---: | ---: |',
      '| lr0.1_s1 | **96.35** | 0.5 |',
      '| b | 91.00 | **0.25** |',
      '| c |  | **0.25** |',
    ]);
  });

  test('has no markup from texts, which stay on their line', () => {
    const texts = ['a|b', '*x*', '<b>', '_em_ a_b', '[l](u)', '`c`', 'two\r\nlines', String.raw`\d`, '&amp;', '$x$'];
    const lines = written('markdown', { columns: [{ name: 't' }], rows: texts.map((text) => [text]) });
    expect(lines.slice(2)).toEqual([
      String.raw`| a\|b |`,
      String.raw`| \*x\* |`,
      String.raw`| \<b\> |`,
      String.raw`| \_em\_ a_b |`,
      String.raw`| \[l\](u) |`,
      '| \\`c\\` |',
      '| two lines |',
      String.raw`| \\d |`,
      String.raw`| \&amp; |`,
      String.raw`| \$x\$ |`,
    ]);
  });
});

describe('LaTeX', () => {
  test('has mean ± std in mathematics, the best in bold, rules of booktabs, and a dash for what is not there', () => {
    const columns = [
      { name: 'lr' },
      { ...ACC, kind: 'spread' as const },
      { name: 'loss', format: twoDigits, kind: 'spread' as const },
    ];
    const rows = [
      ['1e-4', { n: 3, mean: 0.9631, std: 0.0204 }, { n: 3, mean: -1, std: 0.5 }],
      ['0.1', { n: 1, mean: 0.5 }, { n: 0 }],
    ];
    expect(written('latex', { columns, rows })).toEqual([
      String.raw`% needs \usepackage{booktabs}`,
      String.raw`\begin{tabular}{rrr}`,
      String.raw`\toprule`,
      String.raw`lr & acc & loss \\`,
      String.raw`\midrule`,
      String.raw`1e-4 & $\mathbf{0.963 \pm 0.020}$ & $-1.00 \pm 0.50$ \\`,
      String.raw`0.1 & 0.5 & -- \\`,
      String.raw`\bottomrule`,
      String.raw`\end{tabular}`,
    ]);
  });

  test('has powers of ten where numbers are small or large', () => {
    const columns = [{ name: 'hours', kind: 'spread' as const }, { name: 'delta' }];
    const rows = [[{ n: 3, mean: 1.3645e-7, std: 2.1155e-8 }, '-1.0e+05']];
    expect(written('latex', { columns, rows })).toContain(
      String.raw`$1.365 \times 10^{-7} \pm 2.1 \times 10^{-8}$ & $-1.0 \times 10^{5}$ \\`,
    );
  });

  test('escapes every character that is not itself, and may have a caption and a label', () => {
    const rows = [[String.raw`a_b & 5% #1 $x^2~\{}<|>`], [-0.5]];
    const lines = written(
      'latex',
      { columns: [{ name: '100%', unit: '$' }], rows },
      { caption: 'A_b', label: 'tab:a_b{}' },
    );
    expect(lines).toEqual([
      String.raw`% needs \usepackage{booktabs}`,
      String.raw`\begin{table}`,
      String.raw`\centering`,
      String.raw`\caption{A\_b}`,
      String.raw`\label{tab:a_b}`,
      String.raw`\begin{tabular}{l}`,
      String.raw`\toprule`,
      String.raw`100\% (\$) \\`,
      String.raw`\midrule`,
      String.raw`a\_b \& 5\% \#1 \$x\textasciicircum{}2\textasciitilde{}\textbackslash{}\{\}\textless{}\textbar{}\textgreater{} \\`,
      String.raw`$-0.5$ \\`,
      String.raw`\bottomrule`,
      String.raw`\end{tabular}`,
      String.raw`\end{table}`,
    ]);
  });

  test('has no arguments of line ends from texts, and no dashes', () => {
    const rows = [['[[1,2],3]'], [' *'], ['--lr']];
    expect(written('latex', { columns: [{ name: '[s]' }], rows }).slice(3, -2)).toEqual([
      String.raw`{[}s] \\`,
      String.raw`\midrule`,
      String.raw`{[}[1,2],3] \\`,
      String.raw`{*} \\`,
      String.raw`-{}-lr \\`,
    ]);
  });

  test('marks no best where all are as good', () => {
    expect(written('latex', { columns: [ACC], rows: [[1], [1]] }).join('')).not.toContain('textbf');
    expect(written('latex', { columns: [ACC], rows: [[1], [2]] }).join('')).toContain(String.raw`\textbf{2}`);
  });
});

describe('JSON Lines', () => {
  test('is one object a line, whose numbers are numbers', () => {
    const columns = [{ name: 'a', unit: '%', format: twoDigits }, { name: '"b"' }];
    const rows = [
      [0.123, NaN],
      [undefined, [1, 'x']],
    ];
    expect(written('jsonl', { columns, rows })).toEqual([
      String.raw`{"a":0.123,"\"b\"":"nan"}`,
      String.raw`{"a":null,"\"b\"":[1,"x"]}`,
    ]);
    expect(written('json', { columns, rows: [] })).toEqual(['[]']);
  });
});
