import type { Problem } from '../../core/errors.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { join, relative } from 'node:path';

import type { ExpId } from '../../core/ids.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { runInParallel, findOfflineRuns, syncRun, type OfflineRun } from '../../integrations/index.ts';
import { yieldToEventLoop } from '../../system/index.ts';
import { withTrackerLock } from './tracker-lock.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import type { RunOptions } from '../project/types.ts';
import { openSelection, type ListSelector } from '../experiments/select.ts';

export interface WandbOptions extends RunOptions {
  /** List them only. */
  readonly dryRun?: boolean;
}

/** One folder of an offline run. */
export interface WandbLine {
  readonly expId: ExpId;
  /** Below the project's folder where it is there. */
  readonly path: string;
  readonly runId: string;
  /** `waiting`: not sent, for it was only asked what there is; `running`: its job still writes it. */
  readonly kind: 'synced' | 'already' | 'waiting' | 'running' | 'failed';
  /** The words of `wandb sync` when it failed. */
  readonly said?: string;
  /** What failed, and what to do. */
  readonly problem?: Problem;
}

export interface WandbSynced {
  readonly lines: readonly WandbLine[];
  readonly warnings: readonly string[];
}

/** Uploads at a time. */
const AT_ONCE = 4;

/**
 * Has W&B's own program send the offline runs of experiments that it has not sent yet, each once.
 *
 * @throws as `openSelection`
 */
export async function syncToWandb(
  project: Project,
  selector: ListSelector = {},
  options: WandbOptions = {},
): Promise<WandbSynced> {
  const { dryRun = false, signal } = options;
  const selection = openSelection(project, selector);
  const found: Found[] = [];
  for (const experiment of selection.rows()) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    found.push(...foundRuns(project, experiment));
  }
  const lines = found.filter(({ kind }) => kind !== 'waiting' || dryRun).map((run) => lineOf(project, run));
  const due = dryRun ? [] : found.filter(({ kind }) => kind === 'waiting');
  const sent = due.length === 0 ? [] : await withTrackerLock(project, 'wandb', () => send(project, due, options));
  return { lines: [...lines, ...sent], warnings: selection.warnings };
}

/** Parts of one run are sent one after the other. */
async function send(project: Project, due: readonly Found[], { signal, progress }: RunOptions): Promise<WandbLine[]> {
  const lines: WandbLine[] = [];
  const runs = [...Map.groupBy(due, ({ expId, run }) => `${expId} ${run.runId}`).values()];
  await runInParallel(runs, AT_ONCE, async (parts) => {
    signal?.throwIfAborted();
    const said = await syncRun(
      parts.map(({ run }) => run),
      makeJobEnvironment(project.env),
    );
    lines.push(
      ...parts.map((part) => {
        const line = lineOf(project, part);
        return said === undefined ? { ...line, kind: 'synced' as const } : failedLine(line, said);
      }),
    );
    progress?.(lines.length, due.length, 'offline runs');
  });
  return lines;
}

function failedLine(line: WandbLine, said: string): WandbLine {
  const { expId, path } = line;
  const problem = {
    code: 'wandb.sync',
    message: `the offline run of ${expId} was not sent: ${path}`,
    said,
    ran: `wandb sync ${quoteShellWord(path)}`,
    fix: said.startsWith('wandb cannot be started') ? 'pip install wandb' : 'wandb login, if it asks for it',
  };
  return { ...line, kind: 'failed', said, problem };
}

interface Found {
  readonly expId: ExpId;
  readonly run: OfflineRun;
  readonly kind: 'already' | 'waiting' | 'running';
}

function foundRuns(project: Project, { expId, record }: Experiment): Found[] {
  return Object.values(record.attempts).flatMap((attempt) => {
    const folder = join(experimentFolder(project, expId), 'attempts', attemptName(attempt));
    // Where WANDB_DIR was not set it is the folder in which the program ran.
    return [folder, join(folder, 'work')].flatMap(findOfflineRuns).map((run) => ({
      expId,
      run,
      kind: run.synced ? 'already' : isOpen(attempt) ? 'running' : 'waiting',
    }));
  });
}

function lineOf({ root }: Project, { expId, run: { path, runId }, kind }: Found): WandbLine {
  const inside = relative(root, path);
  return { expId, path: inside.startsWith('..') ? path : inside, runId, kind };
}
