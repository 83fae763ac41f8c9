import { join } from 'node:path';
import type { HarvestRule } from '../core/harvest-rule.ts';
import type { Harvest, Metric, MissingMetric } from '../core/metric.ts';
import type { Series } from '../core/series.ts';
import { shapeOf } from '../core/shape.ts';
import type { Answer, Task } from './answer.ts';
import { atBest } from './best.ts';
import { derive } from './derived.ts';
import { answersOf, unrivalled } from './family.ts';
import { fingerprint } from './fingerprint.ts';
import { locate, type Located } from './locate.ts';
import type { HarvestRequest } from './request.ts';
import { SOURCES, type RuleOf, type SourceName } from './sources.ts';
import type { FoundValue, NamedRule, Outcome, ReadOptions, RunContext, Source } from './source.ts';
import { unreadable } from './trouble.ts';
import { joinedNotes } from './words.ts';

/** What was read of an experiment. */
export interface Harvested {
  readonly harvest: Harvest;
  /** By metric; what is recorded has only final values. */
  readonly series: ReadonlyMap<string, Series>;
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
  const read: Answer[] = [];
  for (const source of Object.keys(SOURCES) as SourceName[])
    read.push(...(await findAll(source, tasks, request, options)));
  const named = unrivalled(tasks, read);
  const chosen = atBest(named);
  const answers = inOrder(tasks, [...chosen, ...derive(tasks, chosen, request.params)]);
  return {
    harvest: {
      metrics: metricsOf(answers),
      missing: missingOf(answers),
      attempts: attemptsRead(request, tasks),
      partial: request.partial,
      fingerprint: fingerprint(request, fileTasks(tasks)),
    },
    series: seriesOf(answers),
  };
}

/**
 * The fingerprint that {@link harvest} would give now: equal to an earlier one when neither rules, attempts
 * nor files changed. Looks at sizes and times only.
 */
export function fingerprintOf(request: HarvestRequest): string {
  return fingerprint(request, fileTasks(tasksOf(request)));
}

function tasksOf(request: HarvestRequest): Task[] {
  const known = new Map<string, Located>();
  return Object.entries(request.rules).map(([metric, rule]) => {
    if (rule.source === 'value') return { metric, rule };
    const wanted = sourceOf(rule).files(rule);
    // Many rules read the same files, which are looked for once.
    const key = JSON.stringify([rule.stage, wanted]);
    const located = known.get(key) ?? locate(request, rule.stage, wanted);
    known.set(key, located);
    return { metric, rule, located };
  });
}

function sourceOf(rule: Exclude<HarvestRule, { source: 'value' }>): Source<HarvestRule> {
  return SOURCES[rule.source] as Source<HarvestRule>;
}

function fileTasks(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter(({ located }) => located !== undefined);
}

async function findAll<S extends SourceName>(
  source: S,
  tasks: readonly Task[],
  request: HarvestRequest,
  options: ReadOptions,
): Promise<Answer[]> {
  const mine = tasks.filter((task): task is Task<RuleOf<S>> => task.rule.source === source);
  const { together } = SOURCES[source] as Source<RuleOf<S>>;
  const groups = Map.groupBy(mine, ({ rule, located }) => `${filesKey(located)}\0${together?.(rule) ?? ''}`);
  const answers: Answer[] = [];
  for (const group of groups.values()) {
    const located = group[0]?.located;
    const outcomes = located?.files ? await readSafely(source, located, group, request, options) : [];
    group.forEach((task, i) => {
      const outcome = task.located?.missing ? { missing: task.located.missing } : outcomes[i];
      if (outcome) answers.push(...answersOf(task as unknown as Task, outcome));
    });
  }
  return answers;
}

function filesKey(located: Located | undefined): string {
  if (!located?.files) return '';
  return [located.attempt.name, ...located.files.map(({ shown, unfinished }) => `${shown}:${unfinished}`)].join('\0');
}

async function readSafely<S extends SourceName>(
  source: S,
  { files, attempt }: Extract<Located, { files: object }>,
  rules: readonly NamedRule<RuleOf<S>>[],
  request: HarvestRequest,
  options: ReadOptions,
): Promise<readonly Outcome[]> {
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
    const finding = unreadable(error, files.map(({ shown }) => shown).join(', '), files[0]);
    return rules.map(() => finding);
  }
}

/** In the order in which the rules are written. */
function inOrder(tasks: readonly Task[], answers: readonly Answer[]): Answer[] {
  const places = new Map(tasks.map(({ metric }, i) => [metric, i]));
  return answers.toSorted((a, b) => (places.get(a.task.metric) ?? 0) - (places.get(b.task.metric) ?? 0));
}

function metricsOf(answers: readonly Answer[]): Harvest['metrics'] {
  return Object.fromEntries(
    answers.flatMap(({ metric, task, finding }) => (finding.found ? [[metric, metricOf(finding.found, task)]] : [])),
  );
}

function metricOf({ place, note, series, file, ...value }: FoundValue, { rule, located }: Task): Metric {
  const notes = joinedNotes(located?.files && located.note, note);
  return {
    ...value,
    ...(notes !== undefined && { note: notes }),
    ...(rule.unit !== undefined && { unit: rule.unit }),
    ...(rule.mode && { mode: rule.mode }),
    ...(series && { shape: shapeOf(series) }),
    source: { file: file ?? located?.files?.[0]?.shown ?? '', rule: ruleText(rule), ...place },
  };
}

function ruleText(rule: HarvestRule): string {
  return rule.source === 'value' ? rule.expression : sourceOf(rule).describe(rule);
}

function missingOf(answers: readonly Answer[]): Harvest['missing'] {
  return Object.fromEntries(
    answers.flatMap(({ metric, task, finding }): [string, MissingMetric][] =>
      finding.missing ? [[metric, task.rule.required ? finding.missing : { ...finding.missing, optional: true }]] : [],
    ),
  );
}

function seriesOf(answers: readonly Answer[]): ReadonlyMap<string, Series> {
  return new Map(
    answers.flatMap(({ metric, finding }) => (finding.found?.series ? [[metric, finding.found.series]] : [])),
  );
}

function attemptsRead({ attempts }: HarvestRequest, tasks: readonly Task[]): string[] {
  const read = new Set(tasks.map(({ located }) => located?.attempt?.name));
  return attempts.map(({ name }) => name).filter((name) => read.has(name));
}
