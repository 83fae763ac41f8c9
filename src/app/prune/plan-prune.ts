import { SheafError, toProblem, type Problem } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { getFileFacts, yieldToEventLoop } from '../../system/index.ts';
import { isSelective, onlyWithAttempts, openChosen, openSelection } from '../experiments/select.ts';
import { refresh } from '../observe/refresh.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import type { RunOptions, Selector } from '../project/types.ts';
import { UNREAD } from './choose-metric.ts';
import { finishInterrupted, type Finishing } from './finish-interrupted.ts';
import { openPolicyBook, type AskedPolicy, type PolicyBook } from './keep-policy.ts';
import { planExperiment, type ExperimentPlan, type KeptCheckpoint } from './plan-experiment.ts';
import { listBatches } from '../checkpoints/set-aside.ts';

export interface PrunePlanOptions extends RunOptions {
  /** What to keep, in place of what templates say. */
  readonly asked?: AskedPolicy;
  /** Changes nothing: what an interrupted command left is not finished. */
  readonly dryRun?: boolean;
}

/** An experiment with checkpoints that go. */
export interface PlannedExperiment extends Omit<ExperimentPlan, 'why'> {
  readonly expId: ExpId;
  readonly key: Key;
}

/** An experiment that has a policy, and no checkpoint that goes. */
export interface UnchangedExperiment {
  readonly expId: ExpId;
  readonly kept: readonly KeptCheckpoint[];
  /** Why there is nothing that a policy could delete; absent if the checkpoints stay for the reasons that they have in `kept`. */
  readonly why?: string;
}

/** What pruning would delete. */
export interface PrunePlan {
  readonly asked: AskedPolicy;
  /** Experiments whose interrupted pruning was finished, and how many checkpoints went back or were deleted by that. */
  readonly finished: readonly { readonly expId: ExpId; readonly putBack: number; readonly deleted: number }[];
  /** The experiments with checkpoints that go. */
  readonly planned: readonly PlannedExperiment[];
  readonly unchanged: readonly UnchangedExperiment[];
  /** How many have no policy: nothing says what to keep. */
  readonly withoutPolicy: number;
  /** Experiments of which nothing may be deleted now, and why. */
  readonly skipped: readonly { readonly expId: ExpId; readonly why: string }[];
  readonly failed: readonly { readonly expId: ExpId; readonly problem: Problem }[];
  /** What is wrong with templates. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Plans what to delete of the checkpoints of experiments: by default of all that are not archived. First finishes what an
 * interrupted command left.
 *
 * @throws SheafError as `openChosen`
 */
export async function planPrune(
  project: Project,
  selector: Selector = {},
  { asked = {}, dryRun = false, ...options }: PrunePlanOptions = {},
): Promise<PrunePlan> {
  const warnings = await bringUpToDate(project);
  const selection = isSelective(selector)
    ? openChosen(project, selector)
    : openSelection(project, onlyWithAttempts({}));
  const book = await openPolicyBook(project, asked);
  const finish = dryRun ? describeLeft : finishInterrupted;
  const plans = await planEach(project, selection.rows(), book, finish, { ...options, total: selection.count() });
  return { asked, ...plans, problems: book.problems(), warnings: [...warnings, ...selection.warnings] };
}

/** Plans for each of some experiments. @param finish does away with what is left of an interrupted command, or says why not */
export async function planEach(
  project: Project,
  experiments: Iterable<Experiment>,
  book: PolicyBook,
  finish: (project: Project, experiment: Experiment) => Finishing | Promise<Finishing>,
  { signal, progress, total = 0 }: RunOptions & { readonly total?: number } = {},
): Promise<Omit<PrunePlan, 'asked' | 'problems' | 'warnings'>> {
  const planned: PlannedExperiment[] = [];
  const skipped: { expId: ExpId; why: string }[] = [];
  const failed: { expId: ExpId; problem: Problem }[] = [];
  const finished: PrunePlan['finished'][number][] = [];
  const unchanged: UnchangedExperiment[] = [];
  let [withoutPolicy, seen] = [0, 0];
  for (const experiment of experiments) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const { expId, key } = experiment;
    try {
      const { putBack, deleted, why: left } = await finish(project, experiment);
      if (putBack + deleted > 0) finished.push({ expId, putBack, deleted });
      const plan = await planExperiment(project, experiment, book);
      const why = left ?? plan?.why;
      if (why !== undefined) skipped.push({ expId, why });
      else if (plan === undefined) withoutPolicy += 1;
      else if (plan.removed.length === 0) unchanged.push(makeUnchanged(project, experiment, plan));
      else planned.push({ expId, key, removed: plan.removed, kept: plan.kept, freed: plan.freed });
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === UNREAD) skipped.push({ expId, why: `${problem.message}: ${problem.fix}` });
      else failed.push({ expId, problem });
    }
    seen += 1;
    progress?.(seen, total, 'experiments checked');
  }
  return { finished, planned, unchanged, withoutPolicy, skipped, failed };
}

function makeUnchanged(project: Project, { expId }: Experiment, { kept }: ExperimentPlan): UnchangedExperiment {
  const why = whyNothingGoes(experimentFolder(project, expId), kept);
  return { expId, kept, ...(why !== undefined && { why }) };
}

function whyNothingGoes(folder: string, kept: readonly KeptCheckpoint[]): string | undefined {
  if (kept.length === 0) return getFileFacts(folder) === undefined ? 'its folder is gone' : 'it has no checkpoints';
  const notOurs = kept.map(({ reasons }) => reasons.find(({ kind }) => kind === 'not_ours'));
  const [first] = notOurs;
  if (first?.kind !== 'not_ours' || notOurs.includes(undefined)) return undefined;
  return `sheaf may not delete its ${formatCount(kept.length, 'checkpoint')}: ${first.why}`;
}

function describeLeft(project: Project, { expId }: Experiment): Finishing {
  const nothing: Finishing = { putBack: 0, deleted: 0 };
  if (listBatches(experimentFolder(project, expId)).length === 0) return nothing;
  return { ...nothing, why: 'pruning it was interrupted: sheaf checkpoints prune finishes that first' };
}

/** Whether a job still runs is asked first. */
async function bringUpToDate(project: Project): Promise<readonly string[]> {
  try {
    return (await refresh(project)).warnings;
  } catch (error) {
    if (error instanceof SheafError) return [`what still runs is not known: ${error.message}`];
    throw error;
  }
}
