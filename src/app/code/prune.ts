import { join } from 'node:path';
import { attemptName } from '../../core/experiment/record.ts';
import { getExperimentStatus, isOpen } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts, nowMs, runCommand } from '../../system/index.ts';
import { checkoutPath, getFrozenCode } from './code.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/** A checkout of code that no run needs now. */
export interface PrunableCheckout {
  /** Relative to the project folder. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Checkouts that neither wait for a run nor are used by one. What they hold stays: a retry, `rerun` or `checkout` makes
 * them again.
 */
export async function listPrunable(project: Project): Promise<readonly PrunableCheckout[]> {
  const { findPrunableCode } = await import('../../provenance/index.ts');
  const found = await findPrunableCode({ store: project.store.paths.code, needed: neededTrees(project) });
  return found.map(({ tree, bytes }) => ({ path: checkoutPath(tree), bytes }));
}

/** Removes what {@link listPrunable} lists and the unchanged files of code that killed jobs left, and lets checkouts that stay be removed with `rm -rf` by their owner. */
export async function prune(project: Project): Promise<readonly PrunableCheckout[]> {
  const { pruneCode } = await import('../../provenance/index.ts');
  // Asked again: a command may have submitted something since it was shown.
  await project.store.refresh();
  // First: it compares with checkouts.
  await tidyCopies(project);
  const removed = await pruneCode({
    store: project.store.paths.code,
    needed: neededTrees(project),
    neededNow: async () => {
      await project.store.refresh();
      return neededTrees(project);
    },
  });
  return removed.map(({ tree, bytes }) => ({ path: checkoutPath(tree), bytes }));
}

/** Takes unchanged files out of the copies of code that jobs left which were killed, as a job does at its end. */
async function tidyCopies(project: Project): Promise<void> {
  const { TREE } = await import('../../template/index.ts');
  const script = `${TREE}\nsheaf_say() { :; }\nsheaf_project=$1\nsheaf_tidy_tree "$2"\n`;
  for (const { expId, record } of project.store.select({ nowMs: nowMs() })) {
    for (const attempt of Object.values(record.attempts)) {
      const folder = join(experimentFolder(project, expId), 'attempts', attemptName(attempt));
      const isLeft = ['work.code', 'work.part'].some((name) => getFileFacts(join(folder, name)) !== undefined);
      if (isLeft && !isOpen(attempt))
        await runCommand(['bash', '-c', script, 'sheaf', project.root, folder], { timeoutMs: TIDY_MS });
    }
  }
}

/** Of one copy. */
const TIDY_MS = 30 * 60_000;

/** The trees of what is active, and of submissions that are just being made. */
function neededTrees({ store }: Project): ReadonlySet<string> {
  const active = store.active().flatMap((experiment) => treeOf(experiment));
  const open = store.openSubmissions().flatMap(({ request }) => {
    const code = request?.value.code;
    return code?.mode === 'snapshot' ? [code.tree] : [];
  });
  return new Set([...active, ...open]);
}

function treeOf(experiment: Experiment): string[] {
  const { status } = getExperimentStatus(experiment.record);
  const code = status === 'created' ? undefined : getFrozenCode(experiment);
  return code?.mode === 'snapshot' ? [code.tree] : [];
}
