import type { KnownColumn } from './column-choice.ts';

const PREFIX = 'curve:';

/** A column that draws the way of a metric: of the page alone, no command has it. */
export function makeCurveColumn(metric: string): KnownColumn {
  const name = `${PREFIX}${metric}`;
  return { name, source: 'results', isNumeric: false, decimals: 0, varies: true, isPresent: true };
}

/** The metric whose way a column draws; undefined for a column of values. */
export function getCurveMetric(column: string): string | undefined {
  return column.startsWith(PREFIX) ? column.slice(PREFIX.length) : undefined;
}

/** The columns of values, which commands and saved views can have. */
export function withoutCurves<T extends { readonly name: string }>(columns: readonly T[]): T[] {
  return columns.filter(({ name }) => getCurveMetric(name) === undefined);
}
