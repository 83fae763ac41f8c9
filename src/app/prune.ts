import type { Experiment } from '../core/stored.ts';
import { experimentStatus } from '../core/status.ts';
import { checkoutPath, frozenCode } from './code.ts';
import type { Project } from './project.ts';

/** A checkout of code that no run needs now. */
export interface Prunable {
  /** Relative to the project folder. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Checkouts that neither wait for a run nor are used by one. What they hold stays: a retry, `rerun` or `checkout` makes
 * them again.
 */
export async function prunable(project: Project): Promise<readonly Prunable[]> {
  const { prunableCode } = await import('../provenance/index.ts');
  const found = await prunableCode({ store: project.store.paths.code, needed: neededTrees(project) });
  return found.map(({ tree, bytes }) => ({ path: checkoutPath(tree), bytes }));
}

/** Removes what {@link prunable} lists, and lets checkouts that stay be removed with `rm -rf` by their owner. */
export async function prune(project: Project): Promise<readonly Prunable[]> {
  const { pruneCode } = await import('../provenance/index.ts');
  // Asked anew: a command may have submitted something since it was shown.
  await project.store.refresh();
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
  const { status } = experimentStatus(experiment.record);
  const code = status === 'created' ? undefined : frozenCode(experiment);
  return code?.mode === 'snapshot' ? [code.tree] : [];
}
