import type { CommandResult } from '../../system/index.ts';

/** What the words of `sbatch` say of a call that brought no job id. */
export type Refusal =
  | { readonly kind: 'refused'; readonly fix?: string }
  /** No more jobs may be submitted now: it may be tried again when some have ended. */
  | { readonly kind: 'full' }
  | { readonly kind: 'doubtful' };

/** A job may exist although the answer did not come: strings of slurm_errno.c and of the client's own time-outs. */
const DOUBTFUL =
  /Socket timed out|Zero Bytes were transmitted|Unexpected message received|\((?:send|receive|shutdown) failure\)|Transport endpoint|Connection (?:timed out|reset)|Slurm backup controller in standby/i;

/** No room under a limit of how many jobs may be in the queue. */
const FULL =
  /MaxSubmitJob|GrpSubmitJob|Resource temporarily unavailable|temporarily unable to accept job|Job violates accounting\/QOS policy \(job submit limit/;

/** Said too when the size of the job is what violates the policy: then the name of that limit stands before it. */
const SIZE_LIMIT = /(?:QOS|Assoc)(?:Max|Min|Grp)(?!Submit)\w+/;

const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid account or account\/partition/,
    'sheaf info lists your accounts: give one with --set account=… or in sheaf.yaml',
  ],
  [
    /Invalid partition|invalid partition/,
    'sheaf info lists the partitions: give one with --set partition=… or in the template',
  ],
  [/Required partition not available/, 'that partition takes no jobs now; sheaf info lists the others'],
  [
    /Node count specification invalid/,
    'the partition permits fewer nodes for a job: ask for less with --set num_nodes=…',
  ],
  [/Invalid qos/, 'sheaf info lists your QOS: give one with --set qos=…'],
  [
    /Requested node configuration is not available/,
    'no node of that partition has so many GPUs, CPUs or so much memory, or GPUs of that type: sheaf info lists what they have',
  ],
  [/Invalid generic resource/, 'no such GRES here: sheaf info lists the GPUs of the partitions'],
  [/Invalid feature/, 'no node has that feature: change constraint'],
  [/Invalid node name/, 'change exclude: it names a node that is not there'],
  [/reservation is invalid/, 'change reservation, or ask who made it'],
  [
    /Requested time limit is invalid/,
    'ask for less with --set time_limit=…; sheaf info lists what each partition permits',
  ],
  [/Invalid job array specification/, 'the site permits fewer tasks in an array than it told before: submit again'],
  [/Job dependency problem/, 'what it waits for is gone from the queue: run sheaf status, then submit again'],
  [/Invalid (?:--time|--mem|--gres)/, 'see the template: Slurm cannot read that value'],
  [/Memory specification can not be satisfied|Requesting memory/, 'ask for another mem with --set mem=…'],
  [SIZE_LIMIT, 'the job is larger than its account or QOS permits: ask for less, or choose another --set qos=…'],
  [
    /unrecognized option|Invalid directive/,
    'this Slurm does not know that option: take it out of sbatch: in the template',
  ],
];

/** Whether what was refused was right by what is kept of the site. */
export function showsOldConfig(said: string): boolean {
  return said.includes('Invalid job array specification');
}

/** What became of a call of `sbatch` that printed no job id. */
export function judgeRefusal(result: CommandResult): Refusal {
  const { stderr, exitCode, timedOut, signal, notStarted } = result;
  if (notStarted === 'ENOENT') return { kind: 'refused', fix: 'is Slurm installed here? sbatch is not on the PATH' };
  if (notStarted !== undefined) return { kind: 'refused' };
  if (timedOut || signal !== undefined || exitCode === undefined) return { kind: 'doubtful' };
  if (DOUBTFUL.test(stderr) || exitCode === 0) return { kind: 'doubtful' };
  if (FULL.test(stderr) && !SIZE_LIMIT.test(stderr)) return { kind: 'full' };
  const fix = FIXES.find(([pattern]) => pattern.test(stderr))?.[1] ?? unreachable(stderr);
  // Words that nothing here knows are an answer of Slurm all the same: it said no.
  return /error:|failure|denied|\boption\b/i.test(stderr)
    ? { kind: 'refused', ...(fix && { fix }) }
    : { kind: 'doubtful' };
}

function unreachable(stderr: string): string | undefined {
  return /Unable to contact slurm controller|Protocol authentication error|Munge/.test(stderr)
    ? 'the cluster cannot be reached; nothing was sent. Try again later'
    : undefined;
}

/** The job id on the last line that is one; site wrappers may print more, and not know `--parsable`. */
export function jobIdOf(stdout: string): string | undefined {
  const ids = stdout.split('\n').flatMap((line) => {
    const match = /^(\d+)(?:;\S+)?\s*$/.exec(line) ?? /^Submitted batch job (\d+)/.exec(line);
    return match?.[1] === undefined ? [] : [match[1]];
  });
  return ids.at(-1);
}
