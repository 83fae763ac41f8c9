import type { HarvestRule } from '../core/harvest-rule.ts';
import type { Harvest, Metric, MissingMetric } from '../core/metric.ts';
import { fingerprint } from './fingerprint.ts';
import { locate, type Located } from './locate.ts';
import type { HarvestRequest } from './request.ts';
import { SOURCES, type RuleOf, type SourceName } from './sources.ts';
import type { Finding, FoundFile, FoundValue, NamedRule, ReadOptions } from './source.ts';
import { unreadable } from './trouble.ts';

/** A rule with the file it reads. */
interface Task<R extends HarvestRule = HarvestRule> extends NamedRule<R> {
  readonly located: Located;
}

/** What a rule came to, with the rule in words. */
interface Answer {
  readonly metric: string;
  readonly text: string;
  readonly finding: Finding;
}

/**
 * Reads the metrics of one experiment, each file once, and says of every rule what it found where, or why
 * it found nothing. Changes nothing.
 *
 * @throws SheafError `harvest.pattern.*` for a pattern that does not compile; the signal's reason when it is
 *   aborted. A file that cannot be read is no error but a missing metric.
 */
export async function harvest(request: HarvestRequest, options: ReadOptions = {}): Promise<Harvest> {
  const tasks = tasksOf(request);
  const answers = new Map<string, Answer>();
  for (const source of Object.keys(SOURCES) as SourceName[]) {
    for (const answer of await findAll(source, tasks, options)) answers.set(answer.metric, answer);
  }
  return {
    metrics: metricsOf(tasks, answers),
    missing: missingOf(tasks, answers),
    attempts: attemptsRead(request, tasks),
    partial: request.partial,
    fingerprint: fingerprint(request, tasks),
  };
}

/**
 * The fingerprint that {@link harvest} would give now: equal to an earlier one when neither rules, attempts
 * nor files changed. Looks at sizes and times only.
 */
export function fingerprintOf(request: HarvestRequest): string {
  return fingerprint(request, tasksOf(request));
}

function tasksOf(request: HarvestRequest): Task[] {
  return Object.entries(request.rules).map(([metric, rule]) => ({ metric, rule, located: locate(request, rule) }));
}

async function findAll<S extends SourceName>(
  source: S,
  tasks: readonly Task[],
  options: ReadOptions,
): Promise<Answer[]> {
  const mine = tasks.filter((task): task is Task<RuleOf<S>> => task.rule.source === source);
  const byFile = Map.groupBy(mine, ({ located: { file } }) => file && `${file.shown}\0${file.unfinished}`);
  const answers: Answer[] = [];
  for (const group of byFile.values()) {
    const file = group[0]?.located.file;
    const findings = file ? await readSafely(source, file, group, options) : [];
    group.forEach(({ metric, rule, located }, i) => {
      const finding = located.missing ? located : findings[i];
      if (finding) answers.push({ metric, text: SOURCES[source].describe(rule), finding });
    });
  }
  return answers;
}

async function readSafely<S extends SourceName>(
  source: S,
  file: FoundFile,
  rules: readonly NamedRule<RuleOf<S>>[],
  options: ReadOptions,
): Promise<readonly Finding[]> {
  try {
    return await SOURCES[source].read(file, rules, options);
  } catch (error) {
    const finding = unreadable(error, file.shown, file);
    return rules.map(() => finding);
  }
}

function metricsOf(tasks: readonly Task[], answers: ReadonlyMap<string, Answer>): Harvest['metrics'] {
  return Object.fromEntries(
    tasks.flatMap((task) => {
      const answer = answers.get(task.metric);
      const { file } = task.located;
      return file && answer?.finding.found
        ? [[task.metric, metricOf(answer.finding.found, file, answer.text, task.located.note)]]
        : [];
    }),
  );
}

function metricOf(
  { place, note, ...value }: FoundValue,
  file: FoundFile,
  rule: string,
  fileNote: string | undefined,
): Metric {
  const notes = [fileNote, note].filter((part) => part !== undefined);
  return {
    ...value,
    ...(notes.length > 0 && { note: notes.join('; ') }),
    source: { file: file.shown, rule, ...place },
  };
}

function missingOf(tasks: readonly Task[], answers: ReadonlyMap<string, Answer>): Harvest['missing'] {
  return Object.fromEntries(
    tasks.flatMap(({ metric, rule }): [string, MissingMetric][] => {
      const missing = answers.get(metric)?.finding.missing;
      return missing ? [[metric, rule.required ? missing : { ...missing, optional: true }]] : [];
    }),
  );
}

function attemptsRead({ attempts }: HarvestRequest, tasks: readonly Task[]): string[] {
  const read = new Set(tasks.map(({ located }) => located.attempt));
  return attempts.map(({ name }) => name).filter((name) => read.has(name));
}
