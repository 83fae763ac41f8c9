import { paint, renderTable, type Cell, type TableColumn } from '../app/index.ts';
import type { Screen } from './terminal.ts';

/** A table, and on a terminal that is too narrow for it a line that tells what is not shown. */
export function tableText(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], screen: Screen): string {
  const { text, footer } = renderTable(columns, rows, screen);
  return footer === undefined ? text : `${text}${paint(footer, 'dim', screen.color)}\n`;
}
