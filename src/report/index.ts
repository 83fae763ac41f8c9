export { exactText, plainText, type Cell } from './cell.ts';
export { selectColumns, type Column } from './columns.ts';
export { compareExperiments, type Compared, type ComparedRow, type Comparison } from './compare.ts';
export { csvLines, type CsvOptions } from './csv.ts';
export { groupRows, meanText, type Group, type GroupMetric, type Grouping } from './group.ts';
export { paint, statusStyle, type Style } from './paint.ts';
export { renderTable, type RenderedTable, type TableColumn, type TableOptions } from './table.ts';
export { cleanText, cutText, textWidth } from './text-width.ts';
