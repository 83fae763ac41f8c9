import type { Environment } from '../../../core/value.ts';
import { runCommand, type RunCommand } from '../../../system/index.ts';
import { describeFailure, findMissingConfiguration } from './commands.ts';

/** Whether this host belongs to a Slurm cluster. */
export type SlurmPresence =
  | { readonly kind: 'answers' }
  /** It is set up here, and its controller does not answer now. */
  | { readonly kind: 'silent'; readonly said: string }
  /** `SLURM_CONF` names a file that is not there. */
  | { readonly kind: 'misnamed'; readonly why: string }
  | { readonly kind: 'absent'; readonly why: string };

/** A person waits for it. A controller that hangs is given up after this. */
const PING_LIMIT_MS = 8_000;

/** Asks the controller whether it is there. */
export async function detectSlurm(env: Environment, run: RunCommand = runCommand): Promise<SlurmPresence> {
  const missing = findMissingConfiguration(env['SLURM_CONF']);
  if (missing !== undefined) return { kind: 'misnamed', why: missing };
  if (env['SHEAF_TEST_NO_SLURM'] && !env['SLURM_CONF']) return { kind: 'absent', why: 'a test wants none' };
  const result = await run(['scontrol', 'ping'], { timeoutMs: PING_LIMIT_MS, env: { ...env, LC_ALL: 'C' } });
  if (result.notStarted !== undefined) return { kind: 'absent', why: 'Slurm is not on the PATH' };
  if (/\bis UP\b/.test(result.stdout)) return { kind: 'answers' };
  if (/\bis DOWN\b/.test(result.stdout)) return { kind: 'silent', said: result.stdout.trim() };
  if (result.timedOut) return { kind: 'silent', said: describeFailure(result) };
  if (/establish a configuration source/i.test(result.stderr))
    return { kind: 'absent', why: 'the programs of Slurm are installed, but belong to no cluster' };
  return { kind: 'absent', why: `Slurm is installed but not set up: ${describeFailure(result)}` };
}
