import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import { type Cause } from '../../core/experiment/cause.ts';
import { getRequestedMemory, getStatedLimit } from '../../core/experiment/auto.ts';
import { formatError } from '../../core/errors.ts';
import { stagesOf, type Stage } from '../../core/experiment/frozen.ts';
import type { RetryCause, RetryRule } from '../../core/settings/run-settings.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getSeriesStart } from '../../core/experiment/version.ts';
import { parseMemory, parseTimeLimit, formatTimeLimit } from '../../core/units.ts';
import { nowMs, userName } from '../../system/index.ts';
import { reread } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { SubmitOptions, Submitted } from '../project/types.ts';
import { readJobDirectives } from '../observe/requested-limits.ts';

/** What failed longer ago is left to people. */
const WATCHED_MS = 24 * 3_600_000;

/** One stage that is to be retried, and what its next attempt requests instead of what this one had. */
interface Again {
  readonly experiment: Experiment;
  readonly stage: string;
  readonly set: Readonly<Record<string, string>>;
}

export interface Retried extends Submitted {
  /** The number of experiments that are retried. */
  readonly experiments: number;
}

/**
 * Makes the next attempts that templates ask for: `retry: {host_oom: {max: 2, mem: x1.5}}`. Only of the user's own runs that
 * failed lately, and never of what someone cancelled.
 */
export async function retryByRule(project: Project, options: Pick<SubmitOptions, 'signal'>): Promise<Retried> {
  const due = project.store.failedWithRules(nowMs() - WATCHED_MS).flatMap((experiment) => dueOf(project, experiment));
  const groups = Map.groupBy(due, ({ stage, set }) => JSON.stringify([stage, set]));
  const all: Submitted[] = [];
  const failures: string[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const experiments = group.map(({ experiment }) => experiment);
    const { submitExperiments } = await import('../submit/submit.ts');
    try {
      const { stage, set } = first;
      all.push(await submitExperiments(project, experiments, { ...options, stage, set }));
      // Stages after it wait for it again.
      all.push(await submitExperiments(project, reread(project, experiments), { ...options, again: true }));
    } catch (error) {
      const more = experiments.length > 1 ? ` and ${experiments.length - 1} more` : '';
      failures.push(`${experiments[0]?.expId ?? ''}${more} cannot be retried: ${formatError(error)}`);
    }
  }
  return {
    experiments: due.length,
    submissions: all.flatMap(({ submissions }) => submissions),
    nothingToDo: [],
    deferred: all.flatMap(({ deferred }) => deferred),
    warnings: [...failures, ...new Set(all.flatMap(({ warnings }) => warnings))],
  };
}

function dueOf(project: Project, experiment: Experiment): Again[] {
  const stages = stagesOf(experiment.settings);
  if (!stages.some(hasRules)) return [];
  return listStageStatuses(experiment.record).flatMap(({ stage: name, attempt, outcome }): Again[] => {
    const stage = stages.find((each) => each.name === name);
    if (outcome.status !== 'failed' || stage === undefined || !isOwn(project, attempt)) return [];
    const rule = ruleFor(stage, outcome.cause);
    if (rule === undefined || !isAllowed(experiment, attempt, outcome.cause, rule)) return [];
    return [{ experiment, stage: name, set: changes(project, stage, attempt, rule) }];
  });
}

function hasRules({ run, resources }: Stage): boolean {
  return run.retry !== undefined || typeof resources.requeue === 'object';
}

/**
 * A policy of requeues also holds if the scheduler did not get to it. What it puts back itself, after a preemption or
 * a failed node, is left to it.
 */
function ruleFor({ run, resources: { requeue = false } }: Stage, cause: Cause): RetryRule | undefined {
  const isPutBack = requeue !== false && (cause === 'preempted' || cause === 'node_fail');
  if (isPutBack || cause === 'dependency') return undefined;
  const rule = run.retry?.[cause satisfies RetryCause];
  if (rule !== undefined) return rule;
  const isAsked = typeof requeue === 'object' && requeue.on.some((reason) => reason === cause);
  return isAsked ? { max: requeue.max, excludeNode: false } : undefined;
}

function isOwn(project: Project, { token }: Attempt): boolean {
  return token !== undefined && project.store.submission(token.value)?.request?.value.user === userName();
}

/** Failures of each cause count for themselves. What the scheduler then refused is not asked for time and again. */
function isAllowed({ record }: Experiment, attempt: Attempt, cause: Cause, { max }: RetryRule): boolean {
  // Those of another version of the code, or of the template, say nothing of this one.
  const first = getSeriesStart(record, attempt.stage, attempt.n);
  const ofStage = Object.values(record.attempts).filter(({ stage, n }) => stage === attempt.stage && n >= first);
  const outcomes = ofStage.map((each) => ({ n: each.n, outcome: getAttemptOutcome(each) }));
  const isRefused = outcomes.some(({ n, outcome }) => n > attempt.n && outcome.status === 'void');
  const failures = outcomes.filter(({ outcome }) => outcome.status === 'failed' && outcome.cause === cause);
  return !isRefused && failures.length <= max;
}

/** As texts, like `--set`. What former attempts were given beside the template stays. */
function changes(project: Project, stage: Stage, attempt: Attempt, rule: RetryRule): Record<string, string> {
  const token = attempt.token?.value;
  const given = (token && project.store.submission(token)?.request?.value.resources) as
    | Record<string, string>
    | undefined;
  const had: Resources = { ...stage.resources, ...given };
  // What the job was given where the template said nothing, or auto.
  const stated = readJobDirectives(project, attempt);
  const mem =
    rule.mem && changed(rule.mem, getRequestedMemory(had) ?? stated.get('mem'), parseMemory, (mib) => `${mib}M`);
  const time =
    rule.timeLimit &&
    changed(rule.timeLimit, getStatedLimit(had.time_limit) ?? stated.get('time'), parseTimeLimit, formatTimeLimit);
  const started = rule.excludeNode ? attempt.facts.started?.value : undefined;
  const nodes = started?.nodes ?? started?.host;
  const exclude = nodes === undefined ? undefined : [had.exclude, nodes].filter((part) => part !== undefined).join(',');
  return {
    ...given,
    ...(mem ? { mem } : {}),
    ...(time ? { time_limit: time } : {}),
    ...(exclude === undefined ? {} : { exclude }),
  };
}

/** `x1.5` of what it had, or the value itself; undefined when it is unknown what it had. */
function changed(
  change: string,
  had: string | number | undefined,
  parse: (value: string | number) => number,
  text: (value: number) => string,
): string | undefined {
  if (!change.startsWith('x')) return change;
  const value = had === undefined ? Number.NaN : parse(had);
  return Number.isFinite(value) && value > 0 ? text(Math.ceil(value * Number(change.slice(1)))) : undefined;
}
