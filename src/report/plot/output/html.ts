import { groupDigits } from '../../../core/text/phrases.ts';
import type { Figure } from '../figure.ts';
import { buildFigureTable, type FigureTable } from '../table.ts';

const STYLE = `body { font: 15px/1.4 Helvetica, Arial, sans-serif; color: #222; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
svg { width: 100%; height: auto }
table { border-collapse: collapse; margin-top: 1rem; font-variant-numeric: tabular-nums }
th, td { padding: 0.15rem 0.8rem; border-bottom: 1px solid #ddd; text-align: right }
th:first-child, td:first-child { text-align: left }`;

/** A self-contained page: the figure, and its numbers as a table. Nothing is loaded from elsewhere. */
export function renderHtml(svg: string, figure: Figure, title: string): string {
  const { header, rows, left } = buildFigureTable(figure);
  const line = (cells: FigureTable['rows'][number], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const remark =
    left === 0 ? '' : `\n<p>${groupDigits(left)} more points lie between these; sheaf plot --json has all.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<figure>
${svg}
</figure>
<details${rows.length <= MOST_OPEN ? ' open' : ''}>
<summary>${groupDigits(rows.length)} rows</summary>${remark}
<table>
<thead>${line(header, 'th')}</thead>
<tbody>
${rows.map((row) => line(row, 'td')).join('\n')}
</tbody>
</table>
</details>
</body>
</html>
`;
}

const MOST_OPEN = 50;

function escaped(cell: string | number | undefined): string {
  return String(cell ?? '').replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
