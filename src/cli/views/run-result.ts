import {
  cleanText,
  formatMean,
  groupName,
  type BestMember,
  type ComparedGroups,
  type RunMember,
  type RunResult,
} from '../../app/index.ts';
import { hasEndedAsMeant } from '../../core/experiment/status.ts';
import { runJson } from '../../json/index.ts';
import { type Answer, exitCodeOf } from '../shell/answer.ts';
import { roundNumber } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';
import { count, some } from '../shell/words.ts';
import { groupsText } from './groups-view.ts';
import { describeUnread } from './harvest-view.ts';
import { nextAfterFailure } from './outdated-words.ts';
import { describeCause } from '../../core/experiment/cause-words.ts';
import { countWords, describeRemedies, describeTime, getIcon } from './status-view.ts';

/** Metrics that the line of an experiment has room for. */
const MOST_METRICS = 6;
/** Members that failed, of which a sweep shows the causes. */
const MOST_FAILED = 5;

/** The outcome of a run: one line for an experiment, a table and a line for a sweep. */
export function runResultAnswer(result: RunResult): Answer {
  const { sweep, experiments, report, results, groups } = result;
  const [first] = experiments;
  const failed = experiments.filter(({ line }) => !hasEndedAsMeant(line.status)).length;
  return {
    data: runJson(result),
    text: (screen) =>
      sweep === undefined
        ? first === undefined
          ? ''
          : `${memberLine(first, report.toldAtMs, screen)}\n`
        : `${groups === undefined ? '' : groupsText(groups, screen)}${failedLines(result, screen)}${sweepLine(sweep, result)}\n`,
    warnings: [...describeUnread(results), ...(groups?.warnings ?? []), ...experiments.flatMap(missingWords)],
    hints: describeRemedies(experiments.map(({ line }) => line)),
    remarks: results.pruned ?? [],
    next: nextAfter(result),
    exitCode: exitCodeOf(failed, experiments.length),
  };
}

/** `✓ baseline-001 · completed · ran 3s · accuracy 0.93` */
function memberLine({ line, harvest }: RunMember, nowMs: number, screen: Screen): string {
  const metrics = Object.entries(harvest?.metrics ?? {}).map(
    ([name, { value, nonfinite }]) => `${cleanText(name)} ${nonfinite ?? shownValue(value, screen)}`,
  );
  const parts = [line.expId, line.status, describeCause(line), describeTime(line, nowMs), some(metrics, MOST_METRICS)];
  const words = parts.filter((part) => part !== undefined && part !== '').join(' · ');
  return `${getIcon(line.status)} ${words}`;
}

function shownValue(value: number | string | boolean | null, { tty }: Screen): string {
  return cleanText(String(tty && typeof value === 'number' ? roundNumber(value) : value));
}

/** The members that did not complete, each with its cause. */
function failedLines({ experiments, report }: RunResult, screen: Screen): string {
  const failed = experiments.filter(({ line }) => !hasEndedAsMeant(line.status));
  const lines = failed.slice(0, MOST_FAILED).map((member) => memberLine(member, report.toldAtMs, screen));
  if (failed.length > MOST_FAILED) lines.push(`${failed.length - MOST_FAILED} more did not complete`);
  return lines.map((line) => `${line}\n`).join('');
}

/** `✓ baseline-001 · 6 completed · best accuracy 0.930 ± 0.011 (3 seeds): lr=0.1` */
function sweepLine(sweep: string, { experiments, report, progress, groups }: RunResult): string {
  const isWhole = experiments.every(({ line }) => hasEndedAsMeant(line.status));
  const parts = [sweep, countWords(report.counts), describeBest(progress?.best, groups)];
  return `${getIcon(isWhole ? 'completed' : 'failed')} ${parts.filter((part) => part !== '').join(' · ')}`;
}

/** The best mean if any is over several seeds, and otherwise the best run. */
function describeBest(best: BestMember | undefined, groups: ComparedGroups | undefined): string {
  if (best === undefined) return '';
  const metric = cleanText(best.metric);
  const at = groups?.metrics.findIndex(({ name }) => name === best.metric) ?? -1;
  const means = (groups?.groups ?? []).flatMap((group) => {
    const summary = group.metrics[at];
    return summary?.mean === undefined || summary.n < 2 ? [] : [{ group, summary, mean: summary.mean }];
  });
  const [first] = means.toSorted((a, b) => (best.mode === 'max' ? b.mean - a.mean : a.mean - b.mean));
  if (groups === undefined || first === undefined)
    return `best ${metric} ${formatMean({ n: 1, mean: best.value })}: ${best.expId}`;
  const mean = `${metric} ${formatMean(first.summary)} (${count(first.summary.n, 'seed')})`;
  return groups.groups.length === 1 ? mean : `best ${mean}: ${cleanText(groupName(groups.by, first.group))}`;
}

/** One experiment says what it lacks, but not what a stage would give that did not run; a sweep says it in its table. */
function missingWords({ harvest }: RunMember, _: number, all: readonly RunMember[]): string[] {
  if (all.length > 1) return [];
  return Object.entries(harvest?.missing ?? {})
    .filter(([, { optional, reason }]) => optional !== true && reason !== 'not_run')
    .map(([name, { said, fix }]) => `${cleanText(name)} not found: ${cleanText(said)}${fix ? `; ${fix}` : ''}`);
}

function nextAfter({ sweep, experiments, groups, retry }: RunResult): string[] {
  if (retry !== undefined) return nextAfterFailure(retry, sweep);
  const completed = experiments.find(({ line }) => line.status === 'completed')?.line.expId;
  if (completed === undefined) return [];
  if (experiments.every(({ harvest }) => harvest === undefined)) return [`sheaf harvest ${completed} --discover`];
  return sweep === undefined
    ? [`sheaf show ${completed}`]
    : [
        `sheaf compare --sweep ${sweep}${describeGrouping(groups)}`,
        `sheaf export results.csv --sweep ${sweep}${describeGrouping(groups)}`,
      ];
}

/** The flag of the table that was shown; none if the seeds alone vary. */
function describeGrouping(groups: RunResult['groups']): string {
  const names = (groups?.by ?? []).map(({ header }) => header).filter((name) => name !== 'sweep');
  return names.length === 0 ? '' : ` --group-by ${names.join(',')}`;
}
