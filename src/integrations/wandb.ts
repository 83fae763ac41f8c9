import type { Environment } from '../core/value.ts';
import { dirname, join } from 'node:path';
import { getFileFacts, listFolder, runCommand } from '../system/index.ts';

/** A run that W&B wrote on this disk alone. */
export interface OfflineRun {
  /** Absolute path of its folder, `…/wandb/offline-run-20261125_135949-k7f3a-train`. */
  readonly path: string;
  /** W&B's id of it: several folders with one id are parts of one run. */
  readonly runId: string;
  /** Its file says that it has arrived, as W&B's own program left it written. */
  readonly synced: boolean;
}

/** Where `wandb` writes below the folder that it was given, or that it was started in. */
const FOLDERS = ['wandb', '.wandb'];

/** Offline runs in a folder in which a program ran, the oldest first. */
export function findOfflineRuns(folder: string): OfflineRun[] {
  return FOLDERS.flatMap((name) =>
    listFolder(join(folder, name))
      .filter((entry) => entry.startsWith('offline-run-'))
      .flatMap((entry) => offlineRun(join(folder, name, entry)) ?? []),
  );
}

function offlineRun(path: string): OfflineRun | undefined {
  if (getFileFacts(path)?.kind !== 'folder') return undefined;
  const file = listFolder(path).find((name) => /^run-.*\.wandb$/.test(name));
  if (file === undefined) return undefined;
  return { path, runId: file.slice('run-'.length, -'.wandb'.length), synced: isSynced(path, file) };
}

/** `wandb sync` leaves a mark beside what it has sent. */
function isSynced(path: string, file: string): boolean {
  return getFileFacts(join(path, `${file}.synced`)) !== undefined;
}

/** Uploading takes as long as it takes; it must not be for ever. */
const LIMIT_MS = 6 * 3_600_000;

/**
 * Has the parts of one run sent by W&B's own program, in their order.
 *
 * @returns wandb's message if it failed; undefined when all have the mark
 */
export async function syncRun(parts: readonly OfflineRun[], env: Environment): Promise<string | undefined> {
  const [first] = parts;
  if (first === undefined) return undefined;
  const paths = parts.map(({ path }) => path);
  const ended = await runCommand(['wandb', 'sync', ...paths], { timeoutMs: LIMIT_MS, cwd: dirname(first.path), env });
  if (ended.notStarted !== undefined) return `wandb cannot be started: ${ended.notStarted}`;
  // Its exit status is 0 also when it is not logged in.
  const isThere = parts.every(({ path }) => offlineRun(path)?.synced);
  if (isThere) return undefined;
  const said = lastLines(`${ended.stdout}\n${ended.stderr}`);
  if (ended.timedOut) return `wandb sync did not end in time: ${said}`;
  return said === '' ? `wandb sync ended with status ${ended.exitCode ?? ended.signal} and said nothing` : said;
}

const MOST_LINES = 5;

function lastLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== '')
    .slice(-MOST_LINES)
    .join('\n');
}
