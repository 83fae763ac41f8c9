import type { Environment } from '../../core/value.ts';
import { join } from 'node:path';
import { processStart, sleep, startDetached } from '../../system/index.ts';
import { findEndedGeneration, getSupervision, readHeartbeat } from './spool/generation.ts';
import type { Spool } from './spool/spool.ts';

/** How to start a supervisor. */
export interface Starter {
  /** The program and its arguments, before the spool's path. */
  readonly argv: readonly string[];
  readonly env: Environment;
}

const TAKE_OVER_LIMIT_MS = 10_000;
const LOOK_MS = 20;

/**
 * Starts a supervisor unless one runs. Of several that are started at once all but one end by themselves.
 *
 * @returns undefined when none had to be started
 */
export function ensureSupervisor(spool: Spool, { argv, env }: Starter): StartedSupervisor | undefined {
  const former = findEndedGeneration(spool);
  if (former === undefined) return undefined;
  const [program = '', ...args] = argv;
  const pid = startDetached([program, ...args, spool.path], {
    cwd: '/',
    env,
    stdout: join(spool.path, 'supervisor.log'),
  });
  return { former, pid };
}

/** A supervisor that was started, or one that found another there. */
export interface StartedSupervisor {
  /** The last generation before it. */
  readonly former: number;
  readonly pid: number | undefined;
}

/**
 * Waits until a new supervisor has seen how the jobs of its predecessor ended: until then the
 * logs still show ended jobs as running.
 *
 * @returns false when none does
 */
export async function waitUntilTakenOver(spool: Spool, { former, pid }: StartedSupervisor): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < TAKE_OVER_LIMIT_MS; waitedMs += LOOK_MS) {
    const isGone = pid === undefined || processStart(pid) === undefined;
    if (readHeartbeat(spool) > former) return true;
    if (isGone && getSupervision(spool) === 'none') return false;
    await sleep(LOOK_MS);
  }
  return false;
}

/** Names that would make a supervisor take itself for part of a job, or for the command that a test crashes. */
const NOT_PASSED_ON = /^(SHEAF_JOB_ID|SHEAF_SPOOL|SHEAF_ARRAY_INDEX|SHEAF_TEST_FAULT.*)$/;

export function buildSupervisorEnvironment(
  env: Starter['env'],
  extra: Readonly<Record<string, string>>,
): Starter['env'] {
  return Object.fromEntries([
    ...Object.entries(env).filter(([name]) => !NOT_PASSED_ON.test(name)),
    ...Object.entries(extra),
  ]);
}
