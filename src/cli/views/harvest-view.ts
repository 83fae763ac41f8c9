import { cleanText, type HarvestLine, type NewResults } from '../../app/index.ts';
import type { Metric, MissingMetric } from '../../core/experiment/metric.ts';
import { describeDivergence } from '../../core/experiment/metric.ts';
import { formatMetric } from './metric-view.ts';
import { formatTable } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';
import { count, some } from '../shell/words.ts';

/** Number of experiments that are shown with their values. */
const MOST_SHOWN = 20;

/** What a harvest found, experiment by experiment if there are few. */
export function harvestText(lines: readonly HarvestLine[], screen: Screen): string {
  const read = lines.filter(({ kind }) => kind === 'harvested' || kind === 'incomplete' || kind === 'unchanged');
  const metrics = metricNames(read);
  const hasTable = read.length > 0 && read.length <= MOST_SHOWN && metrics.length > 0;
  return `${harvestSummary(lines)}${hasTable ? valueTable(read, metrics, screen) : ''}`;
}

/** {@link harvestText} without values. */
export function harvestSummary(lines: readonly HarvestLine[]): string {
  const byKind = Map.groupBy(lines, ({ kind }) => kind);
  const of = (kind: HarvestLine['kind']): readonly HarvestLine[] => byKind.get(kind) ?? [];
  const read = [...of('harvested'), ...of('incomplete')];
  const withValues = [...of('harvested'), ...of('incomplete').filter((line) => Object.keys(line.metrics).length > 0)];
  const metrics = metricNames(read);
  const found = metrics.length === 0 ? '' : `: ${some(metrics, 6)}`;
  return [
    lines.length === 0 ? 'Nothing new to harvest\n' : `Harvested ${withValues.length} of ${lines.length}${found}\n`,
    told(of('unchanged'), 'nothing new since the last harvest'),
    told(of('running'), 'still running; use --live to read partial results'),
    told(of('not_run'), 'not run yet'),
    told(
      of('harvested').filter(({ partial }) => partial),
      'ended without completing; results are marked partial',
    ),
    told(
      of('incomplete'),
      'completed without a required metric; the next harvest tries again ("required: false" in the rule makes it optional)',
    ),
    ...describeDiverged(read),
    ...goneLines(lines),
    ...missingLines(lines),
    ...noteLines(read),
  ].join('');
}

/** In the order of the rules of the experiment that has most of them. */
function metricNames(lines: readonly HarvestLine[]): string[] {
  const names = lines.map(({ metrics }) => Object.keys(metrics)).toSorted((a, b) => b.length - a.length);
  return [...new Set(names.flat())];
}

function told(lines: readonly HarvestLine[], words: string): string {
  if (lines.length === 0) return '';
  return `  ${lines.length}  ${words}: ${some(lines.map(({ expId }) => expId))}\n`;
}

/** Metrics whose files are gone, each group with the experiments. */
function goneLines(lines: readonly HarvestLine[]): string[] {
  const lost = lines.filter(({ gone }) => gone.length > 0);
  return [...Map.groupBy(lost, ({ gone }) => some(gone, 6))].map(([names, members]) =>
    told(members, `the files of ${cleanText(names)} are gone, so what was read before stays`),
  );
}

/** Metrics that are NaN or infinite at the end, each with the experiments. */
function describeDiverged(lines: readonly HarvestLine[]): string[] {
  const all = lines.flatMap(({ expId, results }) =>
    Object.entries(results)
      .filter(([, { nonfinite }]) => nonfinite !== undefined)
      .map(([name, metric]) => ({ name, expId, said: describeDivergence(metric).replace(/^diverged (?:at )?/, '') })),
  );
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, members]) => {
    const whose = members.map(({ expId, said }) => (said === '' ? expId : `${expId} (${said})`));
    return `  ${members.length}  ${cleanText(name)} diverged: ${some(whose)}\n`;
  });
}

function metricOf({ results }: HarvestLine, name: string): Metric | undefined {
  return Object.hasOwn(results, name) ? results[name] : undefined;
}

/** Missing metrics, grouped by metric and reason, then by message. */
function missingLines(lines: readonly HarvestLine[]): string[] {
  const all = lines.flatMap((line) =>
    Object.entries(line.missing).map(([name, missing]) => ({ expId: line.expId, name, missing })),
  );
  const groups = Map.groupBy(all, ({ name, missing }) => JSON.stringify([name, missing.reason, missing.fix]));
  const absences = [...groups.values()].flatMap((members): Absence[] => {
    const [first] = members;
    return first === undefined ? [] : [{ ...first, expIds: members.map(({ expId }) => expId) }];
  });
  const alike = Map.groupBy(absences, ({ missing, expIds }) => JSON.stringify([missing, expIds]));
  return [...alike.values()].map(missingText);
}

/** Notes about the attempts of several experiments. */
function noteLines(lines: readonly HarvestLine[]): string[] {
  const notes = lines.flatMap(({ expId, notes: all }) => all.map((note) => ({ note, expId })));
  return [...Map.groupBy(notes, ({ note }) => note)].map(
    ([note, members]) => `  ${members.length}  ${cleanText(note)}: ${some(members.map(({ expId }) => expId))}\n`,
  );
}

/** A metric that some experiments lack for one reason. */
interface Absence {
  readonly name: string;
  readonly missing: MissingMetric;
  readonly expIds: readonly string[];
}

function missingText(absences: readonly Absence[]): string {
  const [first] = absences;
  if (first === undefined) return '';
  const { said, near, fix, optional } = first.missing;
  const details = [
    ['why', said],
    ['near', near],
    ['fix', fix],
  ] as const;
  const names = some(absences.map(({ name }) => name));
  return [
    `  ${first.expIds.length}  ${names} not found${optional ? ' (optional)' : ''}: ${some(first.expIds)}\n`,
    ...details.flatMap(([label, text]) => (text === undefined ? [] : [`     ${label.padEnd(4)} ${text}\n`])),
  ].join('');
}

function valueTable(lines: readonly HarvestLine[], metrics: readonly string[], screen: Screen): string {
  const columns = ['exp_id', ...metrics].map((name) => ({ name }));
  const rows = lines.map((line) => [line.expId, ...metrics.map((name) => formatMetric(metricOf(line, name)))]);
  return formatTable(columns, rows, screen);
}

/** What keeps results from being read, and what is left to read; for people, on stderr. */
export function describeUnread({ pending, busy, warnings }: NewResults): string[] {
  if (pending === 0) return [...warnings];
  const what = count(pending, 'result');
  return [...warnings, busy ? `another command is reading ${what}` : `${what} not read yet: sheaf harvest`];
}
