import type { Environment } from '../../../core/value.ts';
import { getFileFacts, runCommand, type CommandResult, type RunCommand } from '../../../system/index.ts';

/** What a program of Slurm printed, or why there is no answer. A failed question says nothing about any job. */
export type SlurmReply =
  | { readonly kind: 'answer'; readonly stdout: string; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly said: string; readonly durationMs: number };

export interface Controlled {
  readonly stdout: string;
  readonly said?: string;
}

/** Queries end long before that, also on a busy controller; its own time-outs are 9 to 18 s. */
const QUERY_LIMIT_MS = 40_000;
/** Of several questions each may wait for a controller that does not answer. */
const CONTROL_LIMIT_MS = 25_000;
/** Accounting may have to search years of jobs. */
const ACCOUNT_LIMIT_MS = 90_000;
/** `sbatch` itself gives up after 120 s when the queue is full. */
const SUBMIT_LIMIT_MS = 150_000;

/** Runs Slurm's programs: argv only, always with a limit, and in an environment that does not change their output. */
export interface SlurmCommands {
  /** A question. */
  ask(argv: readonly [string, ...string[]]): Promise<SlurmReply>;
  /**
   * Several questions to `scontrol` in one run of it. What one of them brought no answer to is missing in the text;
   * `said` has the words for that.
   *
   * @param signal ends it: nobody will answer
   */
  control(questions: readonly string[], signal?: AbortSignal): Promise<Controlled>;
  /** A change; the whole result, for the caller to judge. */
  tell(argv: readonly [string, ...string[]]): Promise<CommandResult>;
  /** Hands a script over in the environment that the job is to have. */
  submit(
    argv: readonly [string, ...string[]],
    options: { readonly cwd: string; readonly env: Environment; readonly script: string },
  ): Promise<CommandResult>;
}

/** @param run starts the programs: a recording listens here */
export function makeSlurmCommands(env: Environment, run: RunCommand = runCommand): SlurmCommands {
  const quiet = queryEnvironment(env);
  const conf = env['SLURM_CONF'];
  return {
    ask: async (argv) => {
      const missing = findMissingConfiguration(conf);
      if (missing !== undefined) return { kind: 'failed', said: missing, durationMs: 0 };
      const timeoutMs = argv[0] === 'sacct' ? ACCOUNT_LIMIT_MS : QUERY_LIMIT_MS;
      return answerOf(await run(argv, { timeoutMs, env: quiet }));
    },
    control: async (questions, signal) => {
      const missing = findMissingConfiguration(conf);
      if (missing !== undefined) return { stdout: '', said: missing };
      const input = `${questions.join('\n')}\n`;
      const result = await run(['scontrol', '-a', '-o'], {
        timeoutMs: CONTROL_LIMIT_MS,
        env: quiet,
        input,
        ...(signal === undefined ? {} : { signal }),
      });
      // Each line that it reads it prompts for.
      const stdout = result.stdout.replace(/^(?:scontrol: )+/gm, '');
      return result.exitCode === 0 ? { stdout } : { stdout, said: describeFailure(result) };
    },
    tell: (argv) => run(argv, { timeoutMs: QUERY_LIMIT_MS, env: quiet }),
    submit: (argv, { cwd, env: jobEnv, script }) =>
      run(argv, { timeoutMs: SUBMIT_LIMIT_MS, cwd, env: jobEnv, input: script }),
  };
}

/** Without the file Slurm's programs try for a minute. */
export function findMissingConfiguration(conf: string | undefined): string | undefined {
  if (conf === undefined || conf === '' || getFileFacts(conf, { follow: true })?.kind === 'file') return undefined;
  return `SLURM_CONF=${conf}: there is no such file`;
}

/** Variables of the caller that would change what is printed, or which jobs. */
const CHANGES_OUTPUT = /^(?:SLURM_(?!CONF$)|SBATCH_|SQUEUE_|SACCT_|SINFO_|SCANCEL_|SCONTROL_|SACCTMGR_|SPRIO_)/;

function queryEnvironment(env: Environment): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !CHANGES_OUTPUT.test(name))),
    LC_ALL: 'C',
    // Seconds since 1970: the time zone of this process is of no matter then.
    SLURM_TIME_FORMAT: '%s',
    // Indices of arrays are not cut off.
    SLURM_BITSTR_LEN: '0',
  };
}

function answerOf(result: CommandResult): SlurmReply {
  const { stdout, durationMs } = result;
  if (result.exitCode === 0) return { kind: 'answer', stdout, durationMs };
  return { kind: 'failed', said: describeFailure(result), durationMs };
}

/** The message of a program that failed, in plain words if it is known. */
export function describeFailure(result: CommandResult): string {
  const { argv, stderr, timedOut, notStarted, exitCode, signal } = result;
  const program = argv[0] ?? '';
  if (notStarted !== undefined) {
    const hint = notStarted === 'ENOENT' ? ': is Slurm on the PATH?' : '';
    return `${program} could not be started (${notStarted})${hint}`;
  }
  if (timedOut) return `${program} gave no answer within ${Math.round(result.durationMs / 1000)} s`;
  const lines = stderr.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '');
  return last === undefined ? `${program} ended with ${exitCode ?? signal ?? 'no status'}` : last;
}
