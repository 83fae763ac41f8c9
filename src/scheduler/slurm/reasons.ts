/** Why a job is pending, for people. */
export interface PendingWords {
  /** A clause: `waits for free resources`. */
  readonly words: string;
  /** It will not start unless someone does something. */
  readonly stuck: boolean;
  /** Someone holds it. */
  readonly held: boolean;
}

type Words = readonly [words: string, more?: 'stuck' | 'held'];

/** Reasons that are one word of Slurm. */
const WORDS: Readonly<Record<string, Words>> = {
  Priority: ['waits behind jobs of higher priority'],
  Resources: ['waits for free resources; it is among the next'],
  Dependency: ['waits for another job to end'],
  DependencyNeverSatisfied: ['waits for a job that did not complete', 'stuck'],
  JobHeldUser: ['is held; sheaf release lets it go', 'held'],
  JobHeldAdmin: ['is held by an administrator', 'held'],
  BeginTime: ['may not start before a set time, as after a requeue'],
  JobArrayTaskLimit: ['waits for the throttle of its array'],
  PartitionDown: ['waits for its partition, which is down'],
  PartitionInactive: ['waits for its partition, which is inactive'],
  PartitionTimeLimit: ['asks for more time than its partition permits', 'stuck'],
  PartitionNodeLimit: ['asks for more nodes than its partition permits', 'stuck'],
  PartitionConfig: ['asks for what its partition does not permit', 'stuck'],
  AccountNotAllowed: ['has an account that its partition does not permit', 'stuck'],
  QOSNotAllowed: ['has a QOS that its partition does not permit', 'stuck'],
  InvalidAccount: ['has an account that is not valid any more', 'stuck'],
  InvalidQOS: ['has a QOS that is not valid any more', 'stuck'],
  BadConstraints: ['asks for what no node has', 'stuck'],
  Reservation: ['waits for its reservation'],
  ReservationDeleted: ['names a reservation that was deleted', 'stuck'],
  NodeDown: ['waits for a node that is down'],
  Licenses: ['waits for licenses'],
  Cleaning: ['waits for its former run to be cleaned up'],
  Prolog: ['waits for the prolog on its nodes'],
  FrontEndDown: ['waits for a front end, which is down'],
  JobLaunchFailure: ['could not be launched', 'stuck'],
  MaxRequeue: ['was requeued too often', 'stuck'],
};

/** What a limit is of: `QOSMaxGRESPerUser` → GPUs. */
const OF: readonly (readonly [RegExp, string])[] = [
  [/GRES|Gres/, 'GPUs'],
  [/Cpu|CPU/, 'CPUs'],
  [/Mem/, 'memory'],
  [/Node/, 'nodes'],
  [/Wall|WCLimit/, 'time'],
  [/Submit/, 'submitted jobs'],
  [/Jobs?(Limit|Per|$)/, 'jobs'],
  [/Billing/, 'billing units'],
  [/Energy|BB|License/, 'a resource'],
];

const PREFIXED: readonly (readonly [RegExp, Words])[] = [
  [
    /^launch failed requeued held/,
    ['could not be launched on its node and is held; sheaf release tries again', 'held'],
  ],
  [/^job requeued in held state/, ['was requeued and is held; sheaf release lets it go', 'held']],
  [
    /^Job's (?:account|QOS) not (?:permitted|known)/,
    ['has an account or a QOS that its partition does not permit', 'stuck'],
  ],
  [/^Reservation .* was deleted/, ['names a reservation that was deleted', 'stuck']],
  [/^ReqNodeNotAvail, May be reserved/, ['waits for nodes that may be reserved for another job']],
  [/^ReqNodeNotAvail/, ['waits for nodes that are not available']],
  [
    /^Nodes required for job are DOWN/,
    ['waits for nodes that are down, drained or reserved for jobs of higher priority'],
  ],
];

/** Why a job is pending. @param reason as `squeue` prints it (`%r`) */
export function pendingWords(reason: string): PendingWords | undefined {
  if (reason === '' || reason === '(null)' || reason === 'None') return undefined;
  const known = WORDS[reason] ?? prefixed(reason) ?? limit(reason);
  const [words, more] = known ?? ['waits'];
  return { words: `${words} (${reason})`, stuck: more === 'stuck', held: more === 'held' };
}

/** Whether it waits for a limit of its user or account, or for the throttle of its array: that is not the queue. */
export function isOwnLimit(reason: string): boolean {
  return /^(?:JobArrayTaskLimit|QOS|Assoc|MaxJobs|MaxSubmit|PartitionTimeLimit|PartitionNodeLimit)/i.test(reason);
}

function prefixed(reason: string): Words | undefined {
  const found = PREFIXED.find(([pattern]) => pattern.test(reason));
  return found?.[1];
}

/**
 * A limit that is used up frees itself; one that a single job exceeds does not.
 *
 * Names are built as Assoc|QOS, Grp|Max|Min, what, and for whom; see Slurm's job_reason_codes.
 */
function limit(reason: string): Words | undefined {
  const match = /^(Assoc|QOS)(Grp|Max|Min)/.exec(reason);
  if (match === null) return undefined;
  const whose = match[1] === 'QOS' ? 'QOS' : 'account';
  const of = OF.find(([pattern]) => pattern.test(reason.slice((match[0] ?? '').length)))?.[1] ?? 'a resource';
  if (match[2] === 'Min') return [`asks for less ${of} than its ${whose} demands`, 'stuck'];
  if (match[2] === 'Max' && /PerJob|Wall|WCLimit|PerNode/.test(reason)) {
    return [`asks for more ${of} than its ${whose} permits for one job`, 'stuck'];
  }
  const who =
    /PerUser|Jobs?Limit$/.test(reason) && match[2] === 'Max' ? ' for you' : match[2] === 'Grp' ? ' for all' : '';
  return [`waits for the limit of ${of} that its ${whose} sets${who}`];
}
