/**
 * How good estimates of GPU memory are: `npm run bench:memory -- FILE.jsonl` on measured configurations, in the form that
 * `sheaf estimate --from` takes; without a file on published peaks alone, which come from other software and GPUs.
 */
import { estimateMemory, evaluateEstimates, type EstimateErrors } from '../src/advisor/index.ts';
import { estimateRows } from '../src/app/index.ts';
import { report, type Figure } from './measure.ts';
import { PUBLISHED, type PublishedPeak } from './memory-published.ts';

/** Shares of the measured value. */
const GOALS = { median: 0.06, p90: 0.15 };

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${percent(share)}`;
}

function words({ rows, median, p90, lowest, highest }: EstimateErrors): string {
  return `${rows} rows: median ${percent(median)}, nine of ten ${percent(p90)}, ${signed(lowest)} to ${signed(highest)}`;
}

function figure(what: string, errors: EstimateErrors): Figure {
  const { median, p90, tooLow } = errors;
  return {
    what,
    measured: words(errors),
    goal: 'median 6 %, nine of ten 15 %, none below 95 %',
    ok: median <= GOALS.median && p90 <= GOALS.p90 && tooLow === 0,
  };
}

function measuredFigures(file: string): Figure[] {
  const { evaluation } = estimateRows(file);
  if (evaluation === undefined) throw new Error(`${file} has no measured configuration`);
  const { all, families, withoutFamily, withoutModel } = evaluation;
  return [
    figure('all', all),
    ...Object.entries(families).map(([family, errors]) => figure(family, errors)),
    ...Object.entries(withoutFamily).map(([family, errors]) => figure(`${family}, fitted to the others`, errors)),
    figure('each model, fitted to the others', withoutModel),
  ];
}

function predicted({ setup, of, contextGib }: PublishedPeak): number {
  const { totalGib, parts } = estimateMemory(setup, contextGib === undefined ? {} : { contextGib });
  return of === 'driver' ? totalGib : totalGib - parts.overhead;
}

function publishedLines(): string {
  const evaluation = evaluateEstimates(
    PUBLISHED.map((peak) => ({
      family: peak.set,
      model: peak.setup.model.name,
      predictedGib: predicted(peak),
      measuredGib: peak.gib,
    })),
  );
  const sets = Object.entries(evaluation?.families ?? {});
  return sets.map(([set, errors]) => `  ${set}: ${words(errors)}\n`).join('');
}

const [file] = process.argv.slice(2);
process.stdout.write(`Published peaks, of other software and GPUs:\n${publishedLines()}`);
if (file === undefined) process.stdout.write('no file of measured configurations was given: nothing else is judged\n');
else report(measuredFigures(file));
