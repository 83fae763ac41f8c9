import { formatError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { formatBytes } from '../../core/units.ts';
import { userName } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { finishInterrupted } from './finish-interrupted.ts';
import { openPolicyBook, type PolicyBook } from './keep-policy.ts';
import { planEach } from './plan-prune.ts';
import { listStages } from './plan-experiment.ts';
import { pruneCheckpoints } from './prune-checkpoints.ts';

/** Prunes experiments as they complete, by policies with `auto: true`. */
export interface AutoPruner {
  /**
   * Prunes those that completed and were not pruned by this before; one whose results decide and are not read yet is left to
   * the next call. It never fails.
   */
  prune(expIds: Iterable<string>): Promise<AutoPruned>;
}

/** Both in words. */
export interface AutoPruned {
  /** What was deleted. */
  readonly pruned: readonly string[];
  /** What kept something from being deleted. */
  readonly warnings: readonly string[];
}

const NOTHING: AutoPruned = { pruned: [], warnings: [] };

/** An {@link AutoPruner} of the user's own experiments. */
export function openAutoPruner(project: Project): AutoPruner {
  const seen = new Set<string>();
  let opened: Promise<PolicyBook> | undefined;

  async function prune(expIds: Iterable<string>): Promise<AutoPruned> {
    const completed = [...expIds].filter((expId) => !seen.has(expId));
    if (completed.length === 0) return NOTHING;
    const book = onlyAutomatic(await (opened ??= openPolicyBook(project)));
    const due = completed.flatMap((expId): Experiment[] => {
      const experiment = project.store.find(expId);
      if (experiment !== undefined && isDue(experiment, book)) return [experiment];
      seen.add(expId);
      return [];
    });
    if (due.length === 0) return NOTHING;
    const plan = await planEach(project, due, book, finishInterrupted);
    const pending = new Set<string>(plan.skipped.map(({ expId }) => expId));
    for (const { expId } of due) if (!pending.has(expId)) seen.add(expId);
    const { done, failed } = await pruneCheckpoints(project, { ...plan, asked: {}, problems: [], warnings: [] });
    return {
      pruned: done.map(
        ({ expId, files, freed }) =>
          `${expId}: ${formatCount(files.length, 'checkpoint')} deleted by policy, ${formatBytes(freed)} freed`,
      ),
      warnings: [...plan.failed, ...failed].map(
        ({ expId, problem }) => `${expId}: checkpoints were not pruned: ${problem.message}`,
      ),
    };
  }

  return {
    prune: async (expIds) => {
      try {
        return await prune(expIds);
      } catch (error) {
        return { ...NOTHING, warnings: [`checkpoints were not pruned: ${formatError(error)}`] };
      }
    },
  };
}

function onlyAutomatic(book: PolicyBook): PolicyBook {
  return {
    ...book,
    policyOf: (experiment, stage) => {
      const policy = book.policyOf(experiment, stage);
      return policy?.auto === true ? policy : undefined;
    },
  };
}

function isDue(experiment: Experiment, book: PolicyBook): boolean {
  if (experiment.waiting !== undefined || experiment.user !== userName()) return false;
  if (getExperimentStatus(experiment.record).status !== 'completed') return false;
  return listStages(experiment).some((stage) => book.policyOf(experiment, stage) !== undefined);
}
