import { getAxisMetric, isTimeAxis, type CurveAxis } from '../../core/curves/axis.ts';
import { smooth } from '../../core/curves/smooth.ts';
import { inputError } from '../../core/errors.ts';
import { formatCsvLines, type Cell } from '../../report/index.ts';
import type { Project } from '../project/project.ts';
import { readSources, type CurvesRequest } from './curves.ts';

/** Which curves of one metric, and of which part. */
export interface CurvesCsvRequest extends Pick<CurvesRequest, 'ids' | 'x' | 'from' | 'to'> {
  readonly metric: string;
  /** Weight of the moving average of a further column; default: none. */
  readonly smoothing?: number;
}

/** About 50 MB. */
const MOST_ROWS = 1_000_000;

/**
 * Every point of the harvested curves of a metric as CSV: experiment, x (steps, seconds, or the metric that is x), the value as it
 * was written, its moving average over all values if you ask for one, and whether a later attempt computed it again.
 *
 * @throws SheafError `experiment.unknown`, `curves.none`, `curves.too_many`, `file.*`, `parquet.damaged`
 */
export async function writeCurvesCsv(
  project: Project,
  { metric, smoothing = 0, from = -Infinity, to = Infinity, ...request }: CurvesCsvRequest,
): Promise<string> {
  const { x = 'step' } = request;
  const { sources } = await readSources(project, { ...request, metrics: [metric] });
  const rows: Cell[][] = [];
  for (const { expId, source } of sources) {
    const { xs, values } = await source.readPoints();
    const averages = smoothing > 0 ? smooth(values, smoothing) : undefined;
    const unit = source.head.unit ?? 1;
    values.forEach((value, i) => {
      const place = (xs[i] ?? 0) * unit;
      if (place < from || place > to) return;
      const average = averages === undefined ? [] : [averages[i] ?? Number.NaN];
      rows.push([expId, isTimeAxis(x) ? place / 1000 : place, value, ...average, source.head.superseded]);
    });
    if (rows.length > MOST_ROWS) throw makeTooManyError();
  }
  if (rows.length === 0) throw makeEmptyError(metric);
  const average = smoothing > 0 ? [`${metric} smoothed (EMA ${smoothing}, debiased)`] : [];
  return [...formatCsvLines(['exp_id', nameX(x), metric, ...average, 'superseded'], rows)].join('');
}

function nameX(x: CurveAxis): string {
  if (isTimeAxis(x)) return x === 'time' ? 'time since the start (s)' : 'time that it ran (s)';
  return getAxisMetric(x) ?? 'step';
}

function makeEmptyError(metric: string): Error {
  return inputError('curves.none', `there are no values of ${metric} to save`, {
    why: 'none were harvested, or none have a place on this axis and in this part of it',
    fix: 'choose steps as the axis, and show the whole run',
  });
}

function makeTooManyError(): Error {
  return inputError('curves.too_many', `these curves have more than ${MOST_ROWS} points`, {
    why: 'a table of more is too large for a browser',
    fix: 'zoom to a part, choose fewer experiments, or read series.parquet in their folders',
  });
}
