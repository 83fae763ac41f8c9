import type { ExperimentManager } from '../../app/index.ts';

/** Between two looks, milliseconds. */
const PAUSE_MS = 30_000;
/** How long one look reads of a sweep, milliseconds: pages wait that long for answers. */
const BRIEF_MS = 500;

/**
 * Lets adaptive sweeps go on for as long as a server runs that may act, also while no page is open. A project without adaptive
 * sweeps is not even looked at. What goes wrong is left to the next look, and to commands that can report it.
 *
 * @returns ends it
 */
export function startRounds(manager: ExperimentManager): () => void {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking || manager.project.store.adaptiveSweeps().length === 0) return;
    isLooking = true;
    try {
      await manager.observe();
      await manager.takeRounds({ forMs: BRIEF_MS, isUnread: true });
    } catch {
      // The next look may find it better.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), PAUSE_MS);
  return () => clearInterval(timer);
}
