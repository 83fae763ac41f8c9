import { given } from './given.ts';
import { hostNames } from './hostlist.ts';
import { timeMs } from './times.ts';

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
  readonly maintenance: boolean;
}

/** Who asks, to tell whose reservation it is. */
export interface Who {
  readonly user: string;
  readonly accounts: readonly string[];
  readonly groups: readonly string[];
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
  return {
    name: value('ReservationName') ?? '',
    ...given('startMs', timeMs(value('StartTime') ?? '')),
    ...given('endMs', timeMs(value('EndTime') ?? '')),
    active: value('State') === 'ACTIVE',
    nodes: hostNames(value('Nodes') ?? ''),
    // Slurm names the cores where it is not all of a node.
    ...(record.includes('CoreIDs=') && Number.isFinite(cores) ? { cores } : {}),
    users: list('Users'),
    accounts: list('Accounts'),
    groups: list('Groups'),
    maintenance: list('Flags').includes('MAINT'),
  };
}

/** Whether someone may use it: both a user and an account must be among those that it names. */
export function mayUse({ users, accounts, groups }: Reservation, who: Who): boolean {
  const people = users.length + groups.length;
  if (people + accounts.length === 0) return false;
  const byPerson = people === 0 || allows(users, [who.user]) || (groups.length > 0 && allows(groups, who.groups));
  return byPerson && (accounts.length === 0 || allows(accounts, who.accounts));
}

/** A list may name those who may, or with `-` before each those who may not. */
function allows(list: readonly string[], mine: readonly string[]): boolean {
  if (list.length === 0) return false;
  if (list.every((name) => name.startsWith('-'))) return mine.some((name) => !list.includes(`-${name}`));
  return mine.some((name) => list.includes(name));
}
