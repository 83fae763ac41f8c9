import { cleanText, sparkline, type Cell, type Experiment, type Shown, type TableColumn } from '../../../app/index.ts';
import { describeDivergence } from '../../../core/experiment/metric.ts';
import { sourceText } from '../metric-view.ts';
import { formatClockTime } from '../../../core/text/clock-time.ts';
import { formatPairs, some } from '../../shell/words.ts';
import { formatIndentedTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

export function resultTitle({ experiment, resultsAreOld }: Shown): string {
  const harvested = experiment.record.harvest?.value;
  if (harvested === undefined) return 'Results';
  const state = [harvested.harvest.partial ? ', partial' : '', resultsAreOld ? '; it ran again since' : ''].join('');
  return `Results, harvested ${formatClockTime(harvested.atMs)}${state}`;
}

/** The notes about values, each once with the metrics that it is about. */
export function resultNotes({ record }: Experiment): string {
  const harvest = record.harvest?.value.harvest;
  const noted = Object.entries(harvest?.metrics ?? {}).flatMap(([name, { note }]) =>
    note === undefined ? [] : [{ name, note }],
  );
  const ofMetrics = [...Map.groupBy(noted, ({ note }) => note)].map(
    ([note, members]) => `${some(members.map(({ name }) => name))}: ${note}`,
  );
  return [...(harvest?.notes ?? []), ...ofMetrics].map((note) => `  ${cleanText(note)}\n`).join('');
}

export function resultTable({ record }: Experiment, screen: Screen): string {
  const harvest = record.harvest?.value.harvest;
  if (harvest === undefined) return '';
  const entries = Object.entries(harvest.metrics);
  const withTrend = entries.some(([, { shape }]) => shape !== undefined);
  const trend = (shape: string | undefined): Cell[] => (withTrend ? [shape === undefined ? '' : sparkline(shape)] : []);
  const found = entries.map(([name, metric]): Cell[] => [
    name,
    metric.nonfinite === undefined ? metric.value : `${describeDivergence(metric)} (${metric.nonfinite})`,
    ...trend(metric.shape),
    sourceText(metric.source),
  ]);
  const absent = Object.entries(harvest.missing).map(
    ([name, { said }]) => [name, `missing: ${cleanText(said)}`] as const,
  );
  const columns: readonly TableColumn[] = [
    { name: 'metric' },
    { name: 'value' },
    ...(withTrend ? [{ name: 'trend' }] : []),
    { name: 'from', minWidth: 20 },
  ];
  if (!screen.tty) {
    return formatIndentedTable(
      columns,
      [...found, ...absent.map(([name, why]) => [name, '', ...trend(undefined), why])],
      screen,
    );
  }
  // The reason why a value is missing is a sentence, which does not fit into a column.
  return `${found.length === 0 ? '' : formatIndentedTable(columns, found, screen)}${formatPairs(absent)}`;
}
