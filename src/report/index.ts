export { exactText, type Cell } from './cell.ts';
export { selectColumns, type Column } from './columns.ts';
export { bestPlaces, compareExperiments, type ComparedRow } from './compare.ts';
export { csvLines } from './csv.ts';
export { groupName, groupRows, meanText, type Group, type GroupMetric } from './group.ts';
export { paint, statusStyle } from './paint.ts';
export { renderTable, type TableColumn } from './table.ts';
export { cleanLines, cleanText } from './text-width.ts';
