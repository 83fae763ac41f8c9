import { join } from 'node:path';
import type { HarvestRule } from '../../core/settings/harvest-rule.ts';
import type { Harvest, Metric, MissingMetric, MissingReason } from '../../core/experiment/metric.ts';
import type { JoinedSeries } from '../../core/experiment/join-series.ts';
import type { Series } from '../../core/experiment/series.ts';
import { computeShape } from '../../core/stats/shape.ts';
import type { RuleResult, RuleTask } from './rule-result.ts';
import { applyBestSteps } from './best.ts';
import { derive } from './derived.ts';
import { toRuleResults, dropOverridden } from './family.ts';
import { computeFingerprint } from './fingerprint.ts';
import { findPicked } from './picked-series.ts';
import { joinAnswers, maySpanAttempts, type AttemptAnswers, type JoinedAnswers } from './joined.ts';
import { locate, type EarlierFiles, type Located, type AttemptWithFolder } from '../read/locate.ts';
import type { HarvestRequest } from '../base/request.ts';
import { SOURCES, type RuleOf, type SourceName } from '../sources/sources.ts';
import type { FoundValue, NamedRule, RuleOutcome, ReadOptions, RunContext, Source } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { makeUnreadable } from '../base/unreadable-file.ts';
import { joinHarvestNotes, makeMissing } from '../base/words.ts';

/** What was read of an experiment. */
export interface Harvested {
  readonly harvest: Harvest;
  /** By metric; what is recorded has only final values. */
  readonly series: ReadonlyMap<string, JoinedSeries>;
}

/**
 * Reads the metrics of one experiment, each file once, and says of every rule what it found where, or why
 * it found nothing. Changes nothing.
 *
 * @throws SheafError `harvest.pattern.*` for a pattern that does not compile; the signal's reason when it is
 *   aborted. A file that cannot be read is no error but a missing metric.
 */
export async function harvest(request: HarvestRequest, options: ReadOptions = {}): Promise<Harvested> {
  const tasks = tasksOf(request);
  const read: JoinedAnswers[] = [];
  for (const source of Object.keys(SOURCES) as SourceName[])
    read.push(...(await findAll(source, tasks, request, options)));
  const named = dropOverridden(
    tasks,
    read.flatMap(({ answers: some }) => some),
  );
  const notes = [...new Set(read.flatMap((some) => some.notes))];
  const chosen = applyBestSteps(named);
  const answers = inOrder(tasks, [...chosen, ...derive(tasks, chosen, request.params)]);
  const picked = findPicked(answers);
  const series = seriesOf(answers, picked);
  return {
    harvest: {
      metrics: metricsOf(answers, picked),
      missing: missingOf(answers),
      attempts: attemptsRead(request, tasks, answers),
      partial: request.partial,
      ...(notes.length > 0 && { notes }),
      ...(request.versions && { rules: request.versions }),
      // A failure is no answer: the next harvest tries again.
      fingerprint: answers.some(hasFailed) ? '' : computeFingerprint(request, fileTasks(tasks)),
    },
    series,
  };
}

/**
 * The fingerprint that {@link harvest} would give now: equal to an earlier one when neither rules, attempts
 * nor files changed. Looks at sizes and times only.
 */
export function fingerprintOf(request: HarvestRequest): string {
  return computeFingerprint(request, fileTasks(tasksOf(request)));
}

function tasksOf(request: HarvestRequest): RuleTask[] {
  const known = new Map<string, Located>();
  return Object.entries(request.rules).map(([metric, rule]) => {
    if (rule.source === 'value') return { metric, rule };
    const wanted = sourceOf(rule).files(rule);
    // Many rules read the same files, which are found once.
    const key = JSON.stringify([rule.stage, wanted]);
    const located = known.get(key) ?? locate(request, rule.stage, wanted);
    known.set(key, located);
    return { metric, rule, located };
  });
}

function sourceOf(rule: Exclude<HarvestRule, { source: 'value' }>): Source<HarvestRule> {
  return SOURCES[rule.source] as Source<HarvestRule>;
}

function fileTasks(tasks: readonly RuleTask[]): readonly RuleTask[] {
  return tasks.filter(({ located }) => located !== undefined);
}

async function findAll<S extends SourceName>(
  source: S,
  tasks: readonly RuleTask[],
  request: HarvestRequest,
  options: ReadOptions,
): Promise<JoinedAnswers[]> {
  const mine = tasks.filter((task): task is RuleTask<RuleOf<S>> => task.rule.source === source);
  const { together } = SOURCES[source] as Source<RuleOf<S>>;
  const groups = Map.groupBy(mine, ({ rule, located }) => `${filesKey(located)}\0${together?.(rule) ?? ''}`);
  const found: JoinedAnswers[] = [];
  for (const group of groups.values()) found.push(await findTogether(source, group, request, options));
  return found;
}

/** @param group rules that read the same files together */
async function findTogether<S extends SourceName>(
  source: S,
  group: readonly RuleTask<RuleOf<S>>[],
  request: HarvestRequest,
  options: ReadOptions,
): Promise<JoinedAnswers> {
  const located = group[0]?.located;
  const tasks = group as unknown as readonly RuleTask[];
  if (!located?.files) return { answers: tasks.flatMap(unlocated), notes: [] };
  const { attempt, files, earlier } = located;
  const answers = allAnswers(tasks, await readSafely(source, { attempt, files }, group, request, options));
  const { spansAttempts = () => false, mayRepeatAll = false } = SOURCES[source] as Source<RuleOf<S>>;
  const spanning = group.filter(({ rule }) => spansAttempts(rule));
  const metrics = new Set(spanning.map(({ metric }) => metric));
  const isOpen = maySpanAttempts(answers.filter(({ task }) => metrics.has(task.metric)));
  if (earlier.length === 0 || !isOpen) return { answers, notes: [] };
  const before: AttemptAnswers[] = [];
  for (const one of earlier) before.push(await readEarlier(source, one, spanning, request, options));
  return joinAnswers({ attempt, answers: withFiles(answers, files) }, before, mayRepeatAll);
}

function unlocated(task: RuleTask): RuleResult[] {
  return task.located?.missing ? toRuleResults(task, { missing: task.located.missing }) : [];
}

function allAnswers(tasks: readonly RuleTask[], outcomes: readonly RuleOutcome[]): RuleResult[] {
  return tasks.flatMap((task, i) => {
    const outcome = outcomes[i];
    return outcome ? toRuleResults(task, outcome) : [];
  });
}

function filesKey(located: Located | undefined): string {
  if (!located?.files) return '';
  const { attempt, files, earlier } = located;
  const all = [...files, ...earlier.flatMap(({ files: before }) => before)];
  return [attempt.name, ...all.map(({ shown, unfinished }) => `${shown}:${unfinished}`)].join('\0');
}

/** The files of an attempt that ended do not change any more: while a run goes on they are read once. */
async function readEarlier<S extends SourceName>(
  source: S,
  { attempt, files }: EarlierFiles,
  group: readonly RuleTask<RuleOf<S>>[],
  request: HarvestRequest,
  options: ReadOptions,
): Promise<AttemptAnswers> {
  const tasks = group as unknown as readonly RuleTask[];
  const { folder } = attempt;
  if (folder === undefined || files.length === 0) {
    const said = folder === undefined ? 'its folder is gone' : 'it left no such file';
    return { attempt, answers: tasks.flatMap((task) => toRuleResults(task, makeMissing('no_file', said))) };
  }
  const key = JSON.stringify([
    'earlier',
    source,
    attempt.name,
    tasks.map(({ metric, rule }) => [metric, { ...rule, at: undefined }, request.versions?.[metric]]),
    files.map(({ shown, size, mtimeNs }) => [shown, size, String(mtimeNs)]),
  ]);
  const known = options.cache?.recall(key) as readonly RuleOutcome[] | undefined;
  const outcomes =
    known ?? (await readSafely(source, { attempt: { ...attempt, folder }, files }, group, request, options));
  const answers = allAnswers(tasks, outcomes);
  if (known === undefined && !answers.some(hasFailed)) options.cache?.keep(key, outcomes);
  return { attempt, answers: withFiles(answers, files) };
}

/** Whether a retry may give another result although no file has changed. */
function hasFailed({ task, finding: { missing: gap } }: RuleResult): boolean {
  return (
    gap !== undefined && (gap.reason === 'unreadable' || (task.rule.source === 'exec' && FAILURES.has(gap.reason)))
  );
}

/** Of a program: it fails, is too slow, or prints something else than what is expected. */
const FAILURES: ReadonlySet<MissingReason> = new Set(['failed', 'too_slow', 'bad_file']);

/** Each value with the file that it is from. */
function withFiles(answers: readonly RuleResult[], [first]: readonly FoundFile[]): RuleResult[] {
  return answers.map((answer) => {
    const { found } = answer.finding;
    if (!found || first === undefined) return answer;
    return { ...answer, finding: { found: { ...found, file: found.file ?? first.shown } } };
  });
}

async function readSafely<S extends SourceName>(
  source: S,
  { files, attempt }: { readonly files: readonly FoundFile[]; readonly attempt: AttemptWithFolder },
  rules: readonly NamedRule<RuleOf<S>>[],
  request: HarvestRequest,
  options: ReadOptions,
): Promise<readonly RuleOutcome[]> {
  const run: RunContext = {
    expId: request.expId,
    params: request.params,
    experimentFolder: request.experimentFolder,
    stage: attempt.stage,
    n: attempt.n,
    attemptFolder: join(request.experimentFolder, attempt.folder),
    projectFolder: request.projectFolder,
  };
  try {
    return await (SOURCES[source] as Source<RuleOf<S>>).read(files, rules, options, run);
  } catch (error) {
    const finding = makeUnreadable(error, files.map(({ shown }) => shown).join(', '), files[0]);
    return rules.map(() => finding);
  }
}

/** In the order in which the rules are written. */
function inOrder(tasks: readonly RuleTask[], answers: readonly RuleResult[]): RuleResult[] {
  const places = new Map(tasks.map(({ metric }, i) => [metric, i]));
  return answers.toSorted((a, b) => (places.get(a.task.metric) ?? 0) - (places.get(b.task.metric) ?? 0));
}

function metricsOf(answers: readonly RuleResult[], picked: ReadonlyMap<string, string>): Harvest['metrics'] {
  return Object.fromEntries(
    answers.flatMap(({ metric, task, finding }) =>
      finding.found ? [[metric, metricOf(finding.found, task, picked.get(metric))]] : [],
    ),
  );
}

function metricOf(
  { place, note, series, file, counts: _counts, isStepless: _isStepless, joined: _joined, ...value }: FoundValue,
  { rule, located }: RuleTask,
  seriesOf: string | undefined,
): Metric {
  const notes = joinHarvestNotes(located?.files && located.note, note);
  return {
    ...value,
    ...(notes !== undefined && { note: notes }),
    ...(rule.unit !== undefined && { unit: rule.unit }),
    ...(rule.mode && { mode: rule.mode }),
    ...(series && (seriesOf === undefined ? { shape: computeShape(series) } : { seriesOf })),
    ...(series && value.nonfinite && findDivergence(series)),
    source: { file: file ?? located?.files?.[0]?.shown ?? '', rule: ruleText(rule), ...place },
  };
}

/** The step after the last finite value; nothing when that is the last value. */
function findDivergence({ steps, values }: Series): Pick<Metric, 'diverged'> {
  const diverged = steps[values.findLastIndex((value) => Number.isFinite(value)) + 1];
  return diverged === undefined ? {} : { diverged };
}

function ruleText(rule: HarvestRule): string {
  return rule.source === 'value' ? rule.expression : sourceOf(rule).describe(rule);
}

function missingOf(answers: readonly RuleResult[]): Harvest['missing'] {
  return Object.fromEntries(
    answers.flatMap(({ metric, task, finding }): [string, MissingMetric][] =>
      finding.missing ? [[metric, task.rule.required ? finding.missing : { ...finding.missing, optional: true }]] : [],
    ),
  );
}

/** @param picked metrics without a series of their own */
function seriesOf(answers: readonly RuleResult[], picked: ReadonlyMap<string, string>): Harvested['series'] {
  return new Map(
    answers.flatMap(({ metric, task, finding: { found } }): [string, JoinedSeries][] => {
      if (!found?.series || picked.has(metric)) return [];
      const attempt = task.located?.attempt?.name ?? '';
      return [[metric, found.joined ?? { parts: [{ attempt, points: found.series }], superseded: [] }]];
    }),
  );
}

function attemptsRead(
  { attempts }: HarvestRequest,
  tasks: readonly RuleTask[],
  answers: readonly RuleResult[],
): string[] {
  const read = new Set([
    ...tasks.map(({ located }) => located?.attempt?.name),
    ...answers.flatMap(({ finding }) => finding.found?.joined?.parts.map(({ attempt }) => attempt) ?? []),
  ]);
  return attempts.map(({ name }) => name).filter((name) => read.has(name));
}
