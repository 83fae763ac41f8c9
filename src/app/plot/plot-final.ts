import { formatList } from '../../core/text/phrases.ts';
import { inputError } from '../../core/errors.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { metricOf } from '../tables/cells.ts';
import { countCauses, explainMissing, type MissingValue } from '../tables/missing.ts';
import type { PlotOptions } from './plot-options.ts';

/** The final value of the metric, and why there is none. */
export function getFinalValues(
  options: PlotOptions,
  metric: string,
  log: boolean,
): { readonly values: ReadonlyMap<Experiment, number>; readonly warnings: readonly string[] } {
  const values = new Map<Experiment, number>();
  const missing: MissingValue[] = [];
  const below: string[] = [];
  for (const row of options.rows) {
    const found = metricOf(row, metric);
    const value = found && getMetricValue(found);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      missing.push({
        metric,
        cause: explainMissing(row, metric, options.unreadable) ?? found?.nonfinite ?? 'not_a_number',
      });
    } else if (log && value <= 0) below.push(row.expId);
    else values.set(row, value);
  }
  const causes = Object.entries(countCauses(missing)).map(([cause, count]) => `${count} ${cause}`);
  const warnings = [
    ...(missing.length === 0
      ? []
      : [`${missing.length} of ${options.rows.length} have no number of ${metric}: ${causes.join(', ')}`]),
    ...(below.length === 0
      ? []
      : [
          `${below.length} of ${options.rows.length} are left out: on a log axis ${metric} must be above 0: ${formatList(below)}`,
        ]),
  ];
  if (values.size === 0) throw makeNoValuesError(metric, warnings);
  return { values, warnings };
}

/** The error for a figure without anything in it. */
export function makeNoValuesError(metric: string, warnings: readonly string[]): Error {
  return inputError('plot.no_data', `no experiment has a number of ${metric} that can be drawn`, {
    why: warnings.join('; '),
    fix: 'sheaf harvest --all reads results',
  });
}
