import { DRY_RUN_RULES, keepDryRuns, type DryRun } from '../../advisor/index.ts';
import { openHostMemory } from '../project/host-cache.ts';
import type { Project } from '../project/project.ts';

/**
 * Does something for which memory is estimated, with the dry runs of transformers kept on this host: a search makes dozens
 * of them, tens of milliseconds each, and the next command mostly wants the same.
 */
export async function withKeptRuns<T>(project: Project, work: () => Promise<T>): Promise<T> {
  const kept = openHostMemory<DryRun>(project, `dry-runs-${DRY_RUN_RULES}`);
  const before = keepDryRuns({
    get: (key) => kept.recall(key, ''),
    set: (key, run) => kept.keep(key, '', run),
  });
  try {
    return await work();
  } finally {
    keepDryRuns(before);
    kept.close();
  }
}
