import { withoutUndefined } from '../../../core/value.ts';
import { expandHostList } from './hostlist.ts';
import { parseTimeMs } from './times.ts';

/** Nodes, or cores of them, that are kept for some. */
export interface Reservation {
  readonly name: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly active: boolean;
  readonly nodes: readonly string[];
  /** Of all its nodes together; absent: all that they have. */
  readonly cores?: number;
  readonly users: readonly string[];
  readonly accounts: readonly string[];
  readonly groups: readonly string[];
  /** Jobs must have one of these; none: any. */
  readonly qos: readonly string[];
  /** Jobs must be in one of these; none: any. */
  readonly partitions: readonly string[];
  readonly maintenance: boolean;
}

/** Who asks, to tell whose reservation it is. */
export interface Who {
  readonly user: string;
  readonly accounts: readonly string[];
  readonly groups: readonly string[];
  /** That this user may have. */
  readonly qos: readonly string[];
  /** That are shown to this user. */
  readonly partitions: readonly string[];
}

/** Reads what `scontrol -o show reservation` printed; undefined when it holds no answer to that. */
export function parseReservations(text: string): Reservation[] | undefined {
  const records = text.split('\n').filter((line) => line.startsWith('ReservationName='));
  if (records.length === 0) return /^No reservations in the system/m.test(text) ? [] : undefined;
  return records.map(reservationOf);
}

function reservationOf(record: string): Reservation {
  const value = (key: string): string | undefined => {
    const found = new RegExp(`(?:^|\\s)${key}=(\\S*)`).exec(record)?.[1];
    return found === undefined || found === '' || found === '(null)' ? undefined : found;
  };
  const list = (key: string): string[] => value(key)?.split(',') ?? [];
  const cores = Number(value('CoreCnt') ?? Number.NaN);
  return withoutUndefined({
    name: value('ReservationName') ?? '',
    startMs: parseTimeMs(value('StartTime') ?? ''),
    endMs: parseTimeMs(value('EndTime') ?? ''),
    active: value('State') === 'ACTIVE',
    nodes: expandHostList(value('Nodes') ?? ''),
    // Slurm names the cores if it is not all of a node.
    ...(record.includes('CoreIDs=') && Number.isFinite(cores) ? { cores } : {}),
    users: list('Users'),
    accounts: list('Accounts'),
    groups: list('Groups'),
    qos: list('QOS'),
    partitions: list('AllowedPartitions'),
    maintenance: list('Flags').includes('MAINT'),
  });
}

/**
 * Whether someone may use it: both a user and an account must be among those that it names. Since 25.11 it may name
 * no user, but QOS or partitions, and admits every user with one of them.
 */
export function mayUse({ users, accounts, groups, qos, partitions }: Reservation, who: Who): boolean {
  const people = users.length + groups.length;
  if (people + accounts.length + qos.length + partitions.length === 0) return false;
  const byPerson = people === 0 || allows(users, [who.user]) || (groups.length > 0 && allows(groups, who.groups));
  return (
    byPerson &&
    (accounts.length === 0 || allows(accounts, who.accounts)) &&
    (qos.length === 0 || allows(qos, who.qos)) &&
    (partitions.length === 0 || allows(partitions, who.partitions))
  );
}

function allows(list: readonly string[], mine: readonly string[]): boolean {
  return list.length > 0 && listAllowed(list, mine).length > 0;
}

/** Those of the user that a list admits: it names those that may, or with a `-` before each those that may not. */
export function listAllowed(list: readonly string[], mine: readonly string[]): string[] {
  if (list.every((name) => name.startsWith('-'))) return mine.filter((name) => !list.includes(`-${name}`));
  return mine.filter((name) => list.includes(name));
}
