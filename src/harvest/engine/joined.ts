import { isFamily, type HarvestRule, type Pick } from '../../core/settings/harvest-rule.ts';
import {
  concatenateSeries,
  joinAttempts,
  type AttemptSeries,
  type CountedSeries,
  type Restart,
} from '../../core/experiment/join-series.ts';
import type { MissingReason } from '../../core/experiment/metric.ts';
import type { RuleResult } from './rule-result.ts';
import { pickName, pickPoint } from '../pick/pick.ts';
import type { HarvestAttempt } from '../base/request.ts';
import type { MetricFinding, FoundValue, JoinedFound } from '../base/source.ts';
import { joinHarvestNotes, formatNames, withNotes } from '../base/words.ts';

/** What rules that read the same files came to in one attempt. */
export interface AttemptAnswers {
  readonly attempt: HarvestAttempt;
  readonly answers: readonly RuleResult[];
}

/** What rules came to over all attempts of a stage. */
export interface JoinedAnswers {
  readonly answers: readonly RuleResult[];
  /** What one must know of the attempts to read the series rightly. */
  readonly notes: readonly string[];
}

/** An attempt in which a rule finds nothing for one of these has written no value, or not yet. */
const NOT_WRITTEN: ReadonlySet<MissingReason> = new Set(['no_file', 'no_match', 'no_key', 'no_column', 'empty']);

/** Whether what earlier attempts wrote may belong to any of these. */
export function maySpanAttempts(answers: readonly RuleResult[]): boolean {
  return answers.some(({ task, finding: { found, missing } }) =>
    found ? found.series !== undefined || isPickedOfRows(task.rule) : NOT_WRITTEN.has(missing.reason),
  );
}

/** Whether the value is one of many in a file, and later ones could change it. */
function isPickedOfRows(rule: HarvestRule): boolean {
  switch (rule.source) {
    case 'log':
    case 'csv':
    case 'tsv':
    case 'jsonl':
      return pickName(rule.pick) !== 'last';
    default:
      return false;
  }
}

/**
 * Joins what rules found in the attempts of a stage: series by their steps, and the values that are picked of them.
 *
 * @param earlier oldest attempt first
 * @param mayRepeatAll an attempt that resumed may repeat all steps
 */
export function joinAnswers(
  newest: AttemptAnswers,
  earlier: readonly AttemptAnswers[],
  mayRepeatAll: boolean,
): JoinedAnswers {
  const all = [...earlier, newest];
  const joined = joinAttempts(all.map(attemptSeries));
  const findings = all.map(({ attempt, answers }) => ({
    name: attempt.name,
    byMetric: new Map(answers.map(({ metric, finding }) => [metric, finding])),
  }));
  const restarts: Restart[] = [];
  const answers = candidates(newest, earlier).flatMap(({ metric, task, finding: own }): RuleResult[] => {
    const series = joined.get(metric);
    if (series === undefined || (own && !isJoinable(own))) return own ? [{ metric, task, finding: own }] : [];
    if (series.restart) restarts.push(series.restart);
    const files = new Map(
      findings.flatMap(({ name, byMetric }) => {
        const file = byMetric.get(metric)?.found?.file;
        return file === undefined ? [] : [[name, file] as const];
      }),
    );
    const values = findings.map(({ name, byMetric }) => [name, byMetric.get(metric)?.found] as const);
    const found = joinedValue({ ...series, files }, values, own?.found, pickOf(task.rule));
    const finding = found ? { found } : own;
    return finding ? [{ metric, task, finding }] : [];
  });
  return {
    answers: answers.filter(({ metric }) => !isFamily(metric) || !answers.some((each) => isMember(each, metric))),
    notes: [
      ...restartNotes(restarts, mayRepeatAll),
      ...gapNotes(newest, earlier, restarts),
      ...steplessNotes(newest, answers, earlier),
    ],
  };
}

function isMember({ metric, task }: RuleResult, family: string): boolean {
  return task.metric === family && metric !== family;
}

/** Whether points of earlier attempts may come before it. */
function isJoinable({ found, missing }: MetricFinding): boolean {
  return found ? found.series !== undefined && !found.isStepless : NOT_WRITTEN.has(missing.reason);
}

/** A metric, with what the newest attempt has of it. */
interface Candidate extends Omit<RuleResult, 'finding'> {
  /** Absent for a member of a family that only earlier attempts have. */
  readonly finding?: MetricFinding;
}

function candidates({ answers }: AttemptAnswers, earlier: readonly AttemptAnswers[]): Candidate[] {
  const known = new Set(answers.map(({ metric }) => metric));
  const further = new Map<string, Candidate>();
  for (const { answers: before } of earlier) {
    for (const { metric, task } of before) if (!known.has(metric)) further.set(metric, { metric, task });
  }
  return [...answers, ...further.values()];
}

function attemptSeries({ attempt, answers }: AttemptAnswers): AttemptSeries {
  const series = answers.flatMap(({ metric, finding: { found } }): [string, CountedSeries][] =>
    found?.series && !found.isStepless
      ? [[metric, { points: found.series, ...(found.counts !== undefined && { counts: found.counts }) }]]
      : [],
  );
  return { attempt: attempt.name, start: attempt.start ?? 'unknown', series: new Map(series) };
}

function pickOf(rule: HarvestRule): Pick {
  return 'pick' in rule ? rule.pick : 'last';
}

/** Undefined when no point counts. */
function joinedValue(
  joined: JoinedFound,
  values: readonly (readonly [attempt: string, found: FoundValue | undefined])[],
  own: FoundValue | undefined,
  pick: Pick,
): FoundValue | undefined {
  const series = concatenateSeries(joined.parts);
  const picked = pickPoint(series, pick);
  if (picked === undefined) return undefined;
  const found = new Map(values);
  const notes = joinHarvestNotes(...joined.parts.map(({ attempt }) => notesOf(found.get(attempt), pick)));
  const counts = values.findLast(([, each]) => each?.counts !== undefined)?.[1]?.counts;
  const rest = { series, joined, ...(counts !== undefined && { counts }) };
  // What was written last stands, whatever its step.
  if (own && pickName(pick) === 'last') return { ...own, ...rest };
  const owner = joined.parts.findLast(
    ({ points }) => (points.steps[0] ?? 0) <= (picked.place?.step ?? Infinity),
  )?.attempt;
  const asWritten = found.get(owner ?? '');
  const file = joined.files.get(owner ?? '');
  const isSame = asWritten?.value === picked.value && asWritten?.place?.step === picked.place?.step;
  const place = picked.place && { ...(isSame && asWritten?.place), ...picked.place };
  return withNotes({ ...picked, ...(place && { place }), ...rest, ...(file !== undefined && { file }) }, notes);
}

/** Without the remarks on the values that were picked there: others may be picked of the joined series. */
function notesOf(found: FoundValue | undefined, pick: Pick): string | undefined {
  if (found?.note === undefined || found.series === undefined) return found?.note;
  const about = pickPoint(found.series, pick)?.note;
  return joinHarvestNotes(...found.note.split('; ').filter((note) => note !== about));
}

/** The file in which a point of a joined series stands. */
export function getFileAt({ parts, files }: JoinedFound, at: number): string | undefined {
  let end = 0;
  for (const { attempt, points } of parts) {
    end += points.steps.length;
    if (at < end) return files.get(attempt);
  }
  return undefined;
}

/** Only the value written last may stand for the whole run when nothing gives the steps. */
function steplessNotes(
  { attempt }: AttemptAnswers,
  answers: readonly RuleResult[],
  earlier: readonly AttemptAnswers[],
): string[] {
  const written = new Map(
    earlier.flatMap(({ attempt: { name }, answers: before }) =>
      before.flatMap(({ metric, finding }) => (finding.found ? [[metric, name] as const] : [])),
    ),
  );
  const alone = answers.filter(
    ({ metric, task, finding: { found } }) =>
      found && !found.joined && (isPickedOfRows(task.rule) || found.isStepless) && written.has(metric),
  );
  if (alone.length === 0) return [];
  const names = alone.map(({ metric }) => metric);
  return [
    `${formatNames(names)}: values of ${attempt.name} alone, because without steps those of earlier attempts cannot be joined`,
  ];
}

function restartNotes(restarts: readonly Restart[], mayRepeatAll: boolean): string[] {
  const told = restarts.filter(
    ({ start, firstStep }) => start === 'anew' || (firstStep !== undefined && !mayRepeatAll),
  );
  return told.map(({ attempt, start, replaced }) => {
    const how = start === 'anew' ? 'started without a checkpoint' : 'started again from the first step';
    return `${attempt} ${how}: values of ${formatNames(replaced)} are superseded`;
  });
}

/**
 * Attempts of which something is missing, as far as their values would still count. An attempt that crashed before it
 * wrote a file left no gap if a later one wrote all steps.
 */
function gapNotes(newest: AttemptAnswers, earlier: readonly AttemptAnswers[], restarts: readonly Restart[]): string[] {
  const begins = new Set(restarts.map(({ attempt }) => attempt));
  const first = [...earlier, newest].findLastIndex(
    ({ attempt: { name, start } }) => start === 'anew' || begins.has(name),
  );
  const all = [...earlier, newest];
  return earlier.flatMap(({ attempt: { name }, answers }, at) =>
    at < first
      ? []
      : answers.flatMap(({ metric, finding: { missing } }) =>
          missing &&
          (missing.reason === 'no_file' ? !isWrittenWhole(metric, all.slice(at + 1)) : !NOT_WRITTEN.has(missing.reason))
            ? [`the series lack values of ${name}: ${missing.said}`]
            : [],
        ),
  );
}

/** Whether one of the attempts wrote a metric from the first step on, which is 0 or 1. */
function isWrittenWhole(metric: string, attempts: readonly AttemptAnswers[]): boolean {
  return attempts.some(({ answers }) =>
    answers.some(
      ({ metric: other, finding: { found } }) =>
        other === metric &&
        found?.series !== undefined &&
        !found.isStepless &&
        (found.series.steps[0] ?? Infinity) <= 1,
    ),
  );
}
