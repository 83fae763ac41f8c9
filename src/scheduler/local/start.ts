import { join } from 'node:path';
import { sleep, startDetached } from '../../system/index.ts';
import { latestGeneration, supervision, takenOver } from './generation.ts';
import type { Spool } from './spool.ts';

/** How to start a supervisor. */
export interface Starter {
  /** The program and its arguments, before the spool's path. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const TAKE_OVER_LIMIT_MS = 10_000;
const LOOK_MS = 20;

/**
 * Starts a supervisor unless one runs. Of several that are started at once all but one end by themselves.
 *
 * @returns the generation that the started one will be above; undefined when none had to be started
 */
export function ensureSupervisor(spool: Spool, { argv, env }: Starter): number | undefined {
  if (supervision(spool) === 'running') return undefined;
  const former = latestGeneration(spool)?.n ?? 0;
  const [program = '', ...args] = argv;
  startDetached([program, ...args, spool.path], { cwd: '/', env, stdout: join(spool.path, 'supervisor.log') });
  return former;
}

/**
 * Waits until a supervisor above generation `former` has seen what became of the jobs of its
 * predecessor: until then the logs say of jobs that ended meanwhile that they run.
 *
 * @returns false when none did so in time
 */
export async function untilTakenOver(spool: Spool, former: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < TAKE_OVER_LIMIT_MS; waitedMs += LOOK_MS) {
    if (takenOver(spool) > former) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

/** Names that would make a supervisor take itself for part of a job, or for the command that a test crashes. */
const NOT_PASSED_ON = /^(SHEAF_JOB_ID|SHEAF_SPOOL|SHEAF_ARRAY_INDEX|SHEAF_TEST_FAULT.*)$/;

export function supervisorEnvironment(env: Starter['env'], extra: Readonly<Record<string, string>>): Starter['env'] {
  return Object.fromEntries([...Object.entries(env).filter(([name]) => !NOT_PASSED_ON.test(name)), ...Object.entries(extra)]);
}
