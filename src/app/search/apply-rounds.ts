import { formatError, SheafError } from '../../core/errors.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { isLoss, type Loss } from '../../core/experiment/search.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { ExpId } from '../../core/ids.ts';
import { explainDecision } from '../../core/search/index.ts';
import type { SweepMember } from '../../core/sweep/sweep.ts';
import { valueKey } from '../../core/sweep/space.ts';
import { getStart } from '../checkpoints/start-file.ts';
import { findStartsOnce, withStart, type FindStart } from '../checkpoints/start-point.ts';
import { createExperiments, type NamedDraft } from '../experiments/create.ts';
import { composeDraft } from '../experiments/new.ts';
import { openTemplate } from '../experiments/open-template.ts';
import { hasStopLink, stopAttempts, type AttemptToStop } from '../jobs/stop-attempts.ts';
import { reread } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { listSweepParts } from '../project/sweep-parts.ts';
import type { Override, Submission } from '../project/types.ts';
import { submitExperiments } from '../submit/submit.ts';
import { listLifted, type AdaptiveSweep } from './adaptive-sweep.ts';
import { getDraws } from './propose-trials.ts';
import { countFreeSlots } from './room.ts';
import { findLatestTimed, type PlannedTrial } from './search-state.ts';

/** What the rounds of a sweep ask for and is not there yet. */
export interface Outstanding {
  /** Attempts of trials that lost, and do not know it. */
  readonly stops: readonly AttemptToStop[];
  /** Proposals without experiments. */
  readonly unmade: readonly PlannedTrial[];
  /** Experiments of proposals of which no job was ever made. */
  readonly unsubmitted: readonly Experiment[];
  /** Paused members that are to go on: those of them that may run now. */
  readonly lifted: readonly Experiment[];
}

/** What was brought about, and what could not be. */
export interface Applied {
  readonly stopped: readonly ExpId[];
  /** Members that were paused, and go on. */
  readonly resumed: readonly ExpId[];
  readonly made: readonly ExpId[];
  readonly submissions: readonly Submission[];
  readonly warnings: readonly string[];
  /** Something is left undone. */
  readonly hasFailed: boolean;
}

/**
 * Compares what the rounds of a sweep say with what is there. It does not matter which command decided them, nor where that one was cut off.
 */
export function listOutstanding(project: Project, sweep: AdaptiveSweep): Outstanding {
  const proposed = [...sweep.trials.values()].filter(({ proposal }) => proposal !== undefined);
  const made = proposed.flatMap(({ number }) => sweep.experiments.get(number) ?? []);
  return {
    stops: listStops(project, sweep),
    unmade: proposed.filter(({ number, expId }) => !sweep.experiments.has(number) && !wasMade(project, expId)),
    unsubmitted: made.filter(({ record }) => Object.values(record.attempts).every(hadNoJob)),
    lifted: listLifted(sweep).slice(0, countFreeSlots(sweep)),
  };
}

/** The command that submitted it was killed before the scheduler took it, and no job can run it any more. */
function hadNoJob({ facts: { given_up: given, cancel, started, ended, accounted } }: Attempt): boolean {
  const isAsItWas = given !== undefined && given.value.stopped !== true && cancel === undefined;
  return isAsItWas && started === undefined && ended === undefined && accounted === undefined;
}

/** Whether an experiment has had the name. A claim alone may be of a command that died before it recorded the experiment. */
function wasMade({ store }: Project, expId: ExpId): boolean {
  const holder = store.claims.nameHolder(expId);
  return holder !== undefined && store.findByKey(holder.key) !== undefined;
}

/** Attempts that were submitted after the decision run on: a person asked for them. */
function listStops(project: Project, sweep: AdaptiveSweep): AttemptToStop[] {
  return [...findLatestTimed(sweep.rounds)].flatMap(([trial, { decision, atMs }]) => {
    const experiment = sweep.experiments.get(trial);
    if (experiment === undefined || !isLoss(decision)) return [];
    return Object.values(experiment.record.attempts)
      .filter((attempt) => isOpen(attempt) && (attempt.submittedMs ?? 0) <= atMs)
      .map((attempt) => ({ experiment, attempt, reason: explainLoss(decision) }))
      .filter((stop) => !hasStopLink(project, stop));
  });
}

/** A run says why it ended, and that it may go on. */
function explainLoss(decision: Loss): string {
  return `${decision.action === 'pause' ? 'paused at ' : ''}${explainDecision(decision)}`;
}

/** Brings about what the rounds of a sweep ask for. Each step can be repeated, also by two commands at once. */
export async function applyRounds(
  project: Project,
  sweep: AdaptiveSweep,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Applied> {
  const { stops, unmade, unsubmitted, lifted } = listOutstanding(project, sweep);
  const warnings: string[] = [];
  const stopped = await stopAttempts(project, stops);
  warnings.push(
    ...stopped.warnings,
    ...stopped.failed.map(({ experiment, problem }) => `${experiment.expId} is not stopped: ${problem.message}`),
  );
  const made: ExpId[] = [];
  const submissions: Submission[] = [];
  const ended = namesOf(stopped.asked, stopped.unstarted);
  const resumed: ExpId[] = [];
  /** @returns those that run or wait now */
  const send = async (experiments: readonly Experiment[], again: boolean): Promise<ExpId[]> => {
    if (experiments.length === 0) return [];
    const sent = await submitExperiments(project, experiments, { again, ...(signal && { signal }) });
    warnings.push(...sent.warnings);
    submissions.push(...sent.submissions);
    const taken = sent.submissions
      .filter(({ outcome }) => outcome.kind !== 'refused')
      .flatMap(({ members }) => members);
    return [...new Set([...taken, ...sent.deferred].map(({ expId }) => expId))];
  };
  try {
    resumed.push(...(await send(reread(project, lifted), true)));
    made.push(...(await makeTrials(project, sweep, unmade)));
    await send([...reread(project, unsubmitted), ...project.store.findAll(made).values()], false);
  } catch (error) {
    if (!(error instanceof SheafError) || signal?.aborted) throw error;
    warnings.push(`sweep ${sweep.name} cannot go on: ${formatError(error)}`);
    return { stopped: ended, resumed, made, submissions, warnings, hasFailed: true };
  }
  return {
    stopped: ended,
    resumed,
    made,
    submissions,
    warnings,
    hasFailed: stopped.failed.length > 0,
  };
}

function namesOf(...lists: readonly (readonly AttemptToStop[])[]): ExpId[] {
  return [...new Set(lists.flat().map(({ experiment: { expId } }) => expId))];
}

/** Errors of another command that makes the same experiment at this moment. */
const MADE_ELSEWHERE: ReadonlySet<string> = new Set(['experiment.exists', 'experiment.pending']);

/** One at a time: of two commands that make the same ones, neither holds a name that the other needs. */
async function makeTrials(project: Project, sweep: AdaptiveSweep, trials: readonly PlannedTrial[]): Promise<ExpId[]> {
  const [part] = listSweepParts(sweep.record);
  if (trials.length === 0 || part === undefined) return [];
  const template = await openTemplate(project, part.template);
  const findStart = findStartOf(project, sweep);
  const made: ExpId[] = [];
  for (const { expId, member } of trials) {
    const { warnings: _warnings, ...draft } = composeDraft(
      template,
      { ...(part.fixed as Override), expId },
      asWritten(sweep, member),
    );
    const named: NamedDraft = { ...draft, expId, sweep: sweep.name };
    try {
      made.push(...(await createExperiments(project, [await withStart(named, findStart)])));
    } catch (error) {
      if (!(error instanceof SheafError) || !MADE_ELSEWHERE.has(error.code)) throw error;
    }
  }
  return made;
}

/** Members with the same text start from the same checkpoint, also those that are made later. */
function findStartOf(project: Project, { experiments }: AdaptiveSweep): FindStart {
  const find = findStartsOnce(project);
  const known = new Map(
    [...experiments.values()].flatMap((member) => {
      const start = getStart(member);
      return start === undefined ? [] : [[start.asked, start] as const];
    }),
  );
  return async (asked) => known.get(asked) ?? find(asked);
}

/** Choices as they are written in the space: `1e-4` stays `1e-4`. */
function asWritten(sweep: AdaptiveSweep, member: SweepMember): SweepMember {
  const draws = new Map((getDraws(sweep)?.draws ?? []).map(({ name, distribution }) => [name, distribution]));
  return new Map(
    [...member].map(([name, given]) => {
      const distribution = draws.get(name);
      if (distribution?.kind !== 'choice') return [name, given];
      return [name, distribution.values.find(({ value }) => valueKey(value) === valueKey(given.value)) ?? given];
    }),
  );
}
