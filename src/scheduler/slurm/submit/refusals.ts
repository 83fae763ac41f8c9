import type { CommandResult } from '../../../system/index.ts';
import { describeFailure } from '../ask/commands.ts';
import { getRefusalOutput } from '../ask/refusal-words.ts';

/** What the words of `sbatch` say of a call that brought no job id. */
export type Refusal =
  | { readonly kind: 'refused'; readonly fix?: string; readonly unreachable?: true }
  /** No more jobs may be submitted now: it may be retried when some have ended. */
  | { readonly kind: 'full' }
  | { readonly kind: 'doubtful' };

/** A job may exist although the answer did not come: strings of slurm_errno.c and of the client's own time-outs. */
const DOUBTFUL =
  /Socket timed out|Zero Bytes were transmitted|Unexpected message received|\((?:send|receive|shutdown) failure\)|Transport endpoint|Connection (?:timed out|reset)|Slurm backup controller in standby/i;

/**
 * No room under a limit of how many jobs may be in the queue, or the controller accepts none for now. The message for
 * `MaxJobCount` was `Unable to create job record` until 25.11.
 */
const FULL =
  /MaxJobCount limit reached|job queue full|Unable to create job record|Rate limit exceeded|System submissions disabled|MaxSubmitJob|GrpSubmitJob|Resource temporarily unavailable|temporarily unable to accept job|Job violates accounting\/QOS policy \(job submit limit/;

/** Said too when the size of the job is what violates the policy: then the name of that limit precedes it. */
const SIZE_LIMIT = /(?:QOS|Assoc)(?:Max|Min|Grp)(?!Submit)\w+/;

/** The controller was never spoken to, or knew nobody. */
const UNREACHABLE = /Unable to contact slurm controller|Protocol authentication error|Munge/i;
const NOTHING_SENT = 'the cluster cannot be reached; nothing was sent. Try again later';

const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid account or account\/partition/,
    'sheaf info lists your accounts: give one with --set account=… or in sheaf.yaml',
  ],
  [
    /Invalid partition|invalid partition/,
    'sheaf info lists the partitions: choose one with sheaf submit ID --set partition=NAME, or write it in the template',
  ],
  [/Required partition not available/, 'that partition takes no jobs now; sheaf info lists the others'],
  [
    /Node count specification invalid/,
    'the partition permits fewer nodes for a job: ask for less with --set num_nodes=…',
  ],
  [
    /define total node count/,
    'the site wants the number of nodes of each job: num_nodes: 1 in the template or in sheaf.yaml, or --set num_nodes=1',
  ],
  [/must have a maximum runlimit/, 'the site wants a time limit: give one with --set time_limit=… or in the template'],
  [/must have a queue name/, 'the site wants a partition: give one with --set partition=… or in the template'],
  [/Invalid qos|specifying a QoS is now required/, 'sheaf info lists your QOS: give one with --set qos=…'],
  [
    /Requested node configuration is not available/,
    'no node of that partition has that many GPUs or CPUs, that much memory, or GPUs of that type: sheaf info lists what they have',
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

/** The outcome of a call of `sbatch` that printed no job id. */
export function classifyRefusal(result: CommandResult): Refusal {
  const { exitCode, timedOut, signal, notStarted } = result;
  if (notStarted === 'ENOENT') return { kind: 'refused', fix: 'is Slurm installed here? sbatch is not on the PATH' };
  if (notStarted !== undefined) return { kind: 'refused' };
  if (timedOut || signal !== undefined || exitCode === undefined) return { kind: 'doubtful' };
  const said = getRefusalOutput(result);
  if (DOUBTFUL.test(said) || exitCode === 0) return { kind: 'doubtful' };
  if (FULL.test(said) && !SIZE_LIMIT.test(said)) return { kind: 'full' };
  const fix = FIXES.find(([pattern]) => pattern.test(said))?.[1];
  if (fix === undefined && UNREACHABLE.test(said)) return { kind: 'refused', fix: NOTHING_SENT, unreachable: true };
  // An unknown message is still an answer of Slurm: it said no.
  return /error:|fail|denied|refused|\boption\b/i.test(said)
    ? { kind: 'refused', ...(fix && { fix }) }
    : { kind: 'doubtful' };
}

/** The outcome of a change: `scancel` and `scontrol` print a message for each job or task. */
export type ChangeOutcome =
  | { readonly kind: 'done' }
  /** `some`: others were reached, or needed nothing. */
  | { readonly kind: 'refused'; readonly said: string; readonly some: boolean }
  | { readonly kind: 'unreachable'; readonly said: string };

/**
 * No error: the job ended since the queue was polled, or (of a requeue) waits in the queue already; other tasks
 * of its array were reached; or it is only a warning.
 */
const NEEDS_NOTHING =
  /Job has already finished|Invalid job id|already complet|Job is pending execution|: No error$|:\s*(?:warning|info|debug\d?):/i;

/** What `scontrol` says once more after what it says of each job: the last error, or `No error`. */
const SUMMARY = /^slurm_\w+ error:/;

/** Lines of a refusal that are shown: there may be one for each task. */
const MOST_SAID = 5;

/** Each line of what was said counts: one that needs nothing does not hide another one's refusal. */
export function classifyChange(result: CommandResult): ChangeOutcome {
  if (result.exitCode === 0) return { kind: 'done' };
  if (result.timedOut) return { kind: 'unreachable', said: describeFailure(result) };
  const all = result.stderr.split('\n').flatMap((line) => line.trim() || []);
  const each = all.filter((line) => !SUMMARY.test(line));
  const lines = each.length > 0 ? each : all;
  const refused = lines.filter((line) => !NEEDS_NOTHING.test(line));
  if (refused.length === 0 && lines.length > 0) return { kind: 'done' };
  const silent = refused.find((line) => UNREACHABLE.test(line) || DOUBTFUL.test(line));
  if (silent !== undefined) return { kind: 'unreachable', said: silent };
  if (refused.length === 0) return { kind: 'refused', said: describeFailure(result), some: false };
  const shown = [...new Set(refused)];
  const more = shown.length > MOST_SAID ? [`(and ${shown.length - MOST_SAID} lines more)`] : [];
  return {
    kind: 'refused',
    said: [...shown.slice(0, MOST_SAID), ...more].join('\n'),
    some: refused.length < lines.length,
  };
}

/** What the output of a successful `sbatch` says about the job. */
export type Printed =
  | { readonly kind: 'job'; readonly id: string }
  /** Another cluster has it, where this command cannot see it. */
  | { readonly kind: 'elsewhere'; readonly line: string }
  | { readonly kind: 'none' };

/**
 * The job id on the last line that is one; site wrappers may print more, and not know `--parsable`.
 *
 * @param cluster the name of ours, in small letters
 */
export function parsePrintedJob(stdout: string, cluster: string): Printed {
  const jobs = stdout.split('\n').flatMap((line): Printed[] => {
    const match = /^(\d+)(?:;(\S+))?\s*$/.exec(line) ?? /^Submitted batch job (\d+)(?: on cluster (\S+))?/.exec(line);
    if (match?.[1] === undefined) return [];
    const isOurs = match[2] === undefined || match[2].toLowerCase() === cluster;
    return [isOurs ? { kind: 'job', id: match[1] } : { kind: 'elsewhere', line: line.trim() }];
  });
  return jobs.at(-1) ?? { kind: 'none' };
}
