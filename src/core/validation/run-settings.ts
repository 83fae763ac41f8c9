import { asksForPruning } from '../files/plan-pruning.ts';
import {
  changeOf,
  choice,
  flag,
  line,
  lineOfText,
  lines,
  memory,
  pathsOf,
  timeLimit,
  valueOrList,
  wholeFrom,
} from './kinds.ts';
import { makeProblemAt } from './config.ts';
import { adviseParams } from './input-settings.ts';
import {
  described,
  firstOf,
  key,
  keyNeeded,
  keyOr,
  mapOf,
  refined,
  withSchema,
  shortFor,
  valueKind,
  type Kind,
} from './setting.ts';
import { FLAG_STYLES, type FlagStyle } from '../settings/flag-style.ts';
import {
  DEFAULT_CODE,
  type Checkpoint,
  type CodeMode,
  type CodeSettings,
  type KeepPolicy,
  type Launcher,
  type Monitor,
  type Requeue,
  type RequeueReason,
  type Retry,
  type RetryCause,
  type RetryRule,
} from '../settings/run-settings.ts';
import type { Pack } from '../settings/settings.ts';
import { parseMemory } from '../units.ts';

/** `flag_style` is young: older templates may have a parameter of that name. */
export const flagStyle: Kind<FlagStyle> = choice(FLAG_STYLES, undefined, {
  why: 'it is a key of sheaf: how {{ flags }} writes the names of parameters',
  fix: 'for a parameter of your program of this name, write params: {flag_style: …}',
});

const launcherName = choice(['none', 'srun', 'torchrun', 'accelerate', 'deepspeed']);

export const launcher: Kind<Launcher> = shortFor(
  `${launcherName.wants}, or a map: {use: torchrun, processes: 4, args: [--max-restarts=0]}`,
  launcherName,
  (use) => ({ use }),
  mapOf({
    use: keyNeeded(launcherName, 'What starts the processes', 'torchrun'),
    processes: key(wholeFrom(1), 'Processes on each node. Default: one per GPU, or one without GPUs'),
    args: key(described(lines, 'a list of words for the launcher'), 'More arguments for the launcher itself'),
  }),
);

const codeMode = choice<CodeMode>(['snapshot', 'live'], 'snapshot or live');
const innerPaths = pathsOf('a path in the project, or a list of them, such as data', innerPath);
const bytes = valueKind('a size such as 500M', memory.schema, (value, written) => {
  const size = memory.accept(value, written);
  return size === undefined ? undefined : parseMemory(size) * 1024 * 1024;
});

export const code: Kind<CodeSettings> = shortFor(
  'snapshot, live, or a map: {mode: snapshot, link: [data], copy: [configs], untracked_limit: 100M}',
  codeMode,
  (mode): CodeSettings => ({ ...DEFAULT_CODE, mode }),
  refined(
    mapOf({
      mode: key(codeMode, 'snapshot: the code as it is when you submit. live: the code in the project folder'),
      link: keyOr(innerPaths, 'Paths in the project, not in the snapshot, that a run sees through a link', []),
      copy: keyOr(innerPaths, 'Folders and files of the snapshot that the program writes into', []),
      untracked_limit: keyOr(
        bytes,
        'The most that untracked files may have together',
        DEFAULT_CODE.untrackedLimit,
        '100M',
      ),
    }),
    ({ untracked_limit: untrackedLimit, ...parts }, { tree, problems }) => {
      const both = parts.copy.find((path) =>
        parts.link.some((other) => isAround(path, other) || isAround(other, path)),
      );
      if (both !== undefined) {
        problems.push(
          makeProblemAt(tree, 'code.overlap', `${both} is under code.copy, and it or a part of it under code.link`, {
            why: 'what is linked is not in the snapshot, so that there is nothing to copy',
            fix: 'name it in one of the two',
          }),
        );
      }
      return { ...parts, untrackedLimit };
    },
  ),
);

function isAround(outer: string, inner: string): boolean {
  return `${inner}/`.startsWith(`${outer}/`);
}

/** A relative path that stays inside the project, without `.` and doubled or trailing slashes. */
function innerPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') || parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}

const pattern = described(line, "a pattern such as 'checkpoints/step_{step}.ckpt'");

const keepMap = mapOf(
  {
    best: key(wholeFrom(0), 'How many of the best by the metric'),
    last: key(wholeFrom(1), 'How many of the newest'),
    every: key(wholeFrom(1), 'All whose step is a multiple of this'),
    metric: key(line, 'By which metric the best are found. Default: the only one with max or min in harvest'),
    auto: keyOr(flag, 'Prune when an experiment completes', false),
  },
  'a map such as {best: 1, last: 2, every: 10000}',
);

const keep: Kind<KeepPolicy> = refined(keepMap, (policy, { tree, name, problems }): KeepPolicy | undefined => {
  if (!policy.auto || asksForPruning(policy)) return policy;
  problems.push(
    makeProblemAt(tree, 'checkpoint.keep', `${name} has auto: true, but does not say what to keep`, {
      why: 'without best, last or every, sheaf deletes nothing',
      fix: 'add last: 2, or remove keep',
    }),
  );
  return undefined;
});

const checkpointMap = mapOf({
  files: key(
    pattern,
    'Pattern of checkpoint files, below the folder of each attempt or of the experiment; {step} stands for the step',
  ),
  path: key(pattern, 'The same as files'),
  keep: key(keep, 'Which checkpoints sheaf checkpoints prune leaves'),
  pick: keyOr(choice(['newest', 'epoch', 'step']), 'Which of several checkpoints counts', 'newest'),
  verify: key(
    described(line, 'a command that finds the checkpoint as "$1"'),
    'A command that fails for a checkpoint that cannot be used; it finds the path as "$1"',
  ),
});

export const checkpoint: Kind<Checkpoint> = shortFor(
  "a pattern, or a map: {files: 'checkpoints/*.ckpt', pick: newest}",
  lineOfText('a pattern'),
  (path): Checkpoint => ({ path, pick: 'newest' }),
  refined(
    withSchema(checkpointMap, () => ({
      ...checkpointMap.schema,
      anyOf: [{ required: ['files'] }, { required: ['path'] }],
      not: { required: ['files', 'path'] },
    })),
    ({ files, path, ...rest }, { tree, name, problems }): Checkpoint | undefined => {
      if (files !== undefined && path !== undefined) {
        problems.push(
          makeProblemAt(tree, 'checkpoint.files', `${name} has both files and path, which mean the same`, {
            fix: 'leave path out',
          }),
        );
        return undefined;
      }
      const one = files ?? path;
      if (one !== undefined) return { path: one, ...rest };
      problems.push(
        makeProblemAt(tree, 'config.missing', `${name} has no files`, { fix: "add files: 'checkpoints/*.ckpt'" }),
      );
      return undefined;
    },
  ),
  adviseParams('checkpoint', 'where a run writes its checkpoints'),
);

const REASONS: readonly RequeueReason[] = ['timeout', 'preempted', 'node_fail'];
const reason = choice(REASONS);

/** The default of `before` is enough for a large checkpoint on a busy file server. Schedulers also send other signals. */
export const requeue: Kind<boolean | Requeue> = shortFor<boolean, boolean | Requeue>(
  'true, false, or a map: {on: [timeout, preempted, node_fail], max: 5, signal: USR1, before: 120}',
  flag,
  (isOn) => isOn,
  mapOf({
    on: keyOr(valueOrList(reason, `a list of ${REASONS.join(', ')}`), 'When the job goes back into the queue', REASONS),
    max: keyOr(wholeFrom(1), 'How many times at most', 5),
    signal: keyOr(choice(['USR1', 'USR2']), 'Signal to the program before the time limit', 'USR1'),
    before: keyOr(wholeFrom(1, 'a whole number of seconds'), 'Seconds between the signal and the time limit', 120),
  }),
);

const CAUSES: Readonly<Record<RetryCause, string>> = {
  exit_code: 'The program failed',
  gpu_oom: 'Out of GPU memory',
  host_oom: 'Out of memory on the node',
  timeout: 'The job reached its time limit',
  node_fail: 'A node failed',
  preempted: 'Another job took the place of this one',
  launch: 'The program could not start',
  lost: 'The scheduler no longer knows the job',
};

const times = firstOf('never, or a whole number from 0', neverAsZero(), wholeFrom(0));

function neverAsZero() {
  return valueKind('never', { enum: ['never'] }, (value) => (value === 'never' ? 0 : undefined));
}

const retryRule: Kind<RetryRule> = shortFor(
  'never, how often, or a map: {max: 2, mem: x1.5, time_limit: x2, exclude_node: true}',
  times,
  (max): RetryRule => ({ max, excludeNode: false }),
  refined(
    mapOf({
      max: keyOr(wholeFrom(0), 'How many more attempts after this cause', 1),
      mem: key(
        changeOf(memory, 'x1.5, or a size such as 64G'),
        'Memory of the next attempt: x1.5 of before, or a size',
      ),
      time_limit: key(
        changeOf(timeLimit, 'x1.5, or a time limit'),
        'Time limit of the next attempt: x1.5 of before, or a limit',
      ),
      exclude_node: keyOr(flag, 'Stay away from the nodes on which it failed', false),
    }),
    ({ time_limit: limit, exclude_node: excludeNode, ...rule }) => ({
      ...rule,
      ...(limit !== undefined && { timeLimit: limit }),
      excludeNode,
    }),
  ),
);

export const retry: Kind<Retry> = mapOf(
  Object.fromEntries(Object.entries(CAUSES).map(([cause, help]) => [cause, key(retryRule, help)])),
  'a map of causes: {host_oom: {max: 2, mem: x1.5}, node_fail: {max: 3, exclude_node: true}}',
);

const MONITOR_SECONDS = 30;
const isMonitored = valueKind('true or false', flag.schema, (value) =>
  typeof value === 'boolean' ? (value ? MONITOR_SECONDS : 0) : undefined,
);

export const monitor: Kind<Monitor> = shortFor(
  'true, false, seconds between two samples, or {interval: 30}',
  firstOf('true, false or seconds', isMonitored, wholeFrom(1)),
  (interval) => ({ interval }),
  mapOf({ interval: keyOr(wholeFrom(1, 'seconds, from 1'), 'Seconds between two samples', MONITOR_SECONDS) }),
);

export const pack: Kind<Pack> = shortFor(
  'a whole number from 1 or a map with one',
  wholeFrom(1),
  (size): Pack => ({ size }),
  mapOf({
    size: keyNeeded(wholeFrom(1), 'How many experiments share a job', '4', { missingCode: 'pack.size' }),
    time_limit: key(timeLimit, 'Time limit of each member. Default: as long as the job has'),
    mem: key(memory, 'Memory of each member. Default: as much as the job has'),
  }),
  { fix: 'write how many share a job: 4, or {size: 4, time_limit: 00:30:00, mem: 8G}' },
);
