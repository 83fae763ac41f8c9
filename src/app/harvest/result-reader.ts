import { nowMs, sleep } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { NewResults, RunOptions, Selector } from '../project/types.ts';
import { harvestNew } from './harvest-new.ts';

/** How long results are read between two looks, milliseconds: the end of other experiments is not to wait for them. */
const READING_MS = 2_000;
/** Pause before another look at what another command reads, milliseconds. */
const BUSY_PAUSE_MS = 200;
/** How long that other command may show no progress. Milliseconds. */
const PATIENCE_MS = 30_000;

/** Reads the results of experiments while someone waits for them. */
export interface ResultReader {
  /**
   * Reads for a moment, if something has completed since.
   *
   * @param unread how many of the experiments completed and have unread results
   * @returns what was read now; undefined when nothing was tried
   */
  readSome(unread: number): Promise<NewResults | undefined>;
  /** Reads the rest. @returns all that was read, from the beginning */
  readRest(unread: number): Promise<NewResults>;
}

/** {@link ResultReader} of the chosen experiments. The signal ends it, after all that was read is recorded. */
export function openResultReader(project: Project, selector: Selector, options: RunOptions): ResultReader {
  let all: NewResults = { lines: [], pending: 0, warnings: [] };
  /** Unread after the last reading, which found no more. */
  let left = 0;

  async function read(unread: number, forMs?: number): Promise<NewResults | undefined> {
    if (unread === left && all.pending === 0) return undefined;
    const { signal, progress } = options;
    const found = await harvestNew(project, selector, {
      ...(signal && { signal }),
      ...(forMs === undefined ? { ...(progress && { progress }) } : { forMs }),
    });
    left = unread - found.lines.length;
    const warnings = [...new Set([...all.warnings, ...found.warnings])];
    all = { ...found, lines: [...all.lines, ...found.lines], warnings };
    return found;
  }

  return {
    readSome: (unread) => read(unread, READING_MS),
    readRest: async (unread) => {
      for (let [sinceMs, pending] = [nowMs(), Infinity]; ;) {
        const found = await read(unread);
        if (!found?.busy || nowMs() - sinceMs > PATIENCE_MS) return all;
        if (found.pending < pending) [sinceMs, pending] = [nowMs(), found.pending];
        await sleep(BUSY_PAUSE_MS, options.signal);
      }
    },
  };
}
