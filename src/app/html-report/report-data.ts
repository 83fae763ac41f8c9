import { basename } from 'node:path';
import { commandOf } from '../../core/command/command-of.ts';
import { inputError } from '../../core/errors.ts';
import { describeRanCode } from '../../core/experiment/code.ts';
import { resolveField } from '../../core/fields/fields.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import { nowMs } from '../../system/index.ts';
import { getFrozenCode, getSeenCode } from '../code/code.ts';
import {
  asksForStopped,
  getKnownNames,
  openComparable,
  openSelection,
  type ListSelector,
} from '../experiments/select.ts';
import { rankGroups, type RankedGroups } from '../groups/groups.ts';
import { makeStatusLine } from '../jobs/status-line.ts';
import { sumGpuHours, type GpuHours } from '../past-runs/gpu-hours.ts';
import type { Project } from '../project/project.ts';
import type { StatusLine } from '../project/types.ts';
import { findUnreadable } from '../harvest/unread.ts';
import { inspectRuns, MOST_MEMBERS, type RunsInspection, type SweepMembers } from '../sweeps/inspect-sweep.ts';
import { paramsOf } from '../tables/cells.ts';
import type { Best } from '../tables/export-best.ts';

/** Which experiments a report is about; it has no order and no limit. */
export type ReportSelector = Omit<ListSelector, 'sort' | 'limit'>;

/** Curves of the runs of the best groups, so that a reader needs no server. */
export interface ReportCurves {
  /** What `decodeCurves` reads, in base64. */
  readonly base64: string;
  /** How many groups have some, the best ones first. */
  readonly groups: number;
  /** The most points of a curve, if there are fewer than usual so that the file stays small. */
  readonly points?: number;
}

/** All that the page of a report shows, as plain data. */
export interface ReportData extends RunsInspection {
  readonly title: string;
  /** The name of the project's folder. */
  readonly project: string;
  /** Milliseconds since 1970. */
  readonly madeMs: number;
  /** The line that writes the same report. */
  readonly command: string;
  readonly gpuHours: GpuHours;
  readonly members: SweepMembers;
  readonly templates: readonly string[];
  /** Which values of the metric are better; absent if nothing says it. */
  readonly mode?: Mode;
  /** The groups by the mean of the metric; absent without a metric or a mode. */
  readonly ranked?: RankedGroups;
  readonly curves?: ReportCurves;
  /** What failed, at most {@link MOST_FAILURES}. */
  readonly failures: readonly StatusLine[];
  /** The parameters that all runs share, as they were written. */
  readonly shared: readonly { readonly name: string; readonly text: string }[];
  /** The code that ran, in words, and of how many runs; the most frequent first. */
  readonly code: readonly { readonly words: string; readonly runs: number }[];
  /** What the reader should know of how these were chosen. */
  readonly warnings: readonly string[];
}

/** Failures with their lines; the others are counted. */
const MOST_FAILURES = 50;

/**
 * Reads what a report shows, without curves. Never asks the scheduler.
 *
 * @param file how it is called in the command
 * @param best the metric that ranks, and which of its values are better. Default: as the page of a sweep chooses
 * @throws SheafError as `openSelection`; `report.many`, `report.metric`, `export.best`
 */
export async function readReport(
  project: Project,
  file: string,
  selector: ReportSelector,
  best: Best = {},
): Promise<ReportData> {
  const selection = openSelection(project, selector);
  const count = selection.count();
  if (count > MOST_MEMBERS) throw tooMany(count);
  const runs = [...selection.rows()].toReversed();
  const [asked, ...others] = Object.entries(best);
  if (asked && others.length > 0) throw oneMetric(asked);
  const metric = asked && resolveField(asked[0], getKnownNames(project.store)).name;
  const inspected = inspectRuns(project, runs, {
    metric,
    unreadable: await findUnreadable(project, selector),
    includesStopped: asksForStopped(project, selector),
  });
  if (metric !== undefined && inspected.metric !== metric) throw noMetric(metric, inspected);
  const { members = NO_MEMBERS } = inspected;
  const chosen = inspected.metrics.find(({ name }) => name === inspected.metric);
  const mode = asked?.[1] ?? chosen?.mode;
  return {
    ...inspected,
    title: titleOf(project, selector),
    project: basename(project.root),
    madeMs: nowMs(),
    command: commandTo(file, selector, best),
    gpuHours: sumGpuHours(project, runs, { fromMs: 0, toMs: nowMs() }),
    members,
    templates: selection.templates(),
    ...(mode && { mode }),
    ...(chosen && chosen.n > 0 && mode && { ranked: await rankRuns(project, selector, chosen.label, mode, members) }),
    failures: listFailures(project, runs),
    shared: listShared(runs, members),
    code: countCode(runs),
    warnings: openComparable(project, selector).warnings,
  };
}

const NO_MEMBERS: SweepMembers = { expIds: [], statuses: [], parameters: [], values: [] };

function rankRuns(
  project: Project,
  selector: ReportSelector,
  metric: string,
  mode: Mode,
  { parameters }: SweepMembers,
): Promise<RankedGroups> {
  const { unread: _unread, ...chosen } = selector;
  const columns = parameters.flatMap(({ isSeed, label }) => (isSeed ? [] : [label]));
  return rankGroups(project, { ...chosen, metric, mode, columns });
}

function titleOf({ root }: Project, { sweep, where, ids }: ReportSelector): string {
  const what =
    sweep !== undefined
      ? `Sweep ${sweep}`
      : ids
        ? formatCount(ids.length, 'experiment')
        : `Experiments of ${basename(root)}`;
  return where === undefined ? what : `${what}: ${where}`;
}

function commandTo(file: string, { ids: _ids, unread: _unread, ...rows }: ReportSelector, best: Best): string {
  return commandOf({
    command: 'export',
    file,
    ...rows,
    best: Object.entries(best).map(([name, mode]) => `${name}:${mode}`),
  });
}

function listFailures(project: Project, runs: readonly Experiment[]): StatusLine[] {
  const failed = runs.filter(
    ({ record, waiting }) => waiting === undefined && getExperimentStatus(record).status === 'failed',
  );
  return failed.slice(0, MOST_FAILURES).map((run) => makeStatusLine(project, run));
}

/** Of the first run: what does not differ between the runs is the same in all. */
function listShared([first]: readonly Experiment[], { parameters }: SweepMembers): ReportData['shared'] {
  if (first === undefined) return [];
  const varied = new Set(parameters.map(({ name }) => name));
  return [...paramsOf(first).values()].flatMap(({ name, text }) => (varied.has(name) ? [] : [{ name, text }]));
}

function countCode(runs: readonly Experiment[]): ReportData['code'] {
  const counted = Map.groupBy(runs, describeCodeOf);
  return [...counted].map(([words, own]) => ({ words, runs: own.length })).toSorted((a, b) => b.runs - a.runs);
}

function describeCodeOf(run: Experiment): string {
  const code = getFrozenCode(run);
  if (code === undefined) return 'no code is on record';
  const { addedLines = 0, removedLines = 0 } = code.dirty ?? {};
  const size =
    addedLines + removedLines === 0
      ? ''
      : ` (${formatCount(addedLines, 'line')} added, ${groupDigits(removedLines)} removed)`;
  const state = code.commit !== undefined && code.dirty === undefined ? ', nothing changed since' : size;
  return describeRanCode(code, getSeenCode(run), state);
}

function tooMany(count: number): Error {
  return inputError('report.many', `A report of ${groupDigits(count)} experiments is too large`, {
    why: `it shows each of them, at most ${groupDigits(MOST_MEMBERS)}`,
    fix: 'choose fewer experiments, or export a table: sheaf export results.csv',
    now: 'nothing was written',
  });
}

function noMetric(metric: string, { metrics }: RunsInspection): Error {
  return inputError('report.metric', `None of these experiments has a metric ${metric}`, {
    fix:
      metrics.length === 0
        ? 'read results first: sheaf harvest'
        : `name one of ${metrics.map(({ label }) => label).join(', ')}`,
    now: 'nothing was written',
  });
}

function oneMetric([name, mode]: readonly [string, Mode]): Error {
  return inputError('export.best', 'A report ranks groups by one metric', {
    fix: `name one with --best: --best ${name}:${mode}`,
    now: 'nothing was written',
  });
}
