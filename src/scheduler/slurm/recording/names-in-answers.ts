/** What a name belongs to; also the word that it is replaced by. */
export type NameKind = 'user' | 'account' | 'group' | 'reservation' | 'wckey' | 'job' | 'reason';

export interface FoundName {
  readonly kind: NameKind;
  readonly name: string;
}

interface Columns {
  names(line: string): FoundName[];
  replace(text: string, alias: (kind: NameKind, name: string) => string): string;
}

const KIND_OF_COLUMN: Readonly<Record<string, NameKind>> = {
  username: 'user',
  user: 'user',
  account: 'account',
  group: 'group',
  groupname: 'group',
  wckey: 'wckey',
  jobname: 'job',
  '%u': 'user',
  '%a': 'account',
  '%g': 'group',
  '%w': 'wckey',
  '%j': 'job',
};

/**
 * The columns of names in what a program prints, by the format that it was asked for. Undefined when it was asked for
 * none that is known.
 */
export function findNamedColumns(argv: readonly string[]): Columns | undefined {
  const [program = ''] = argv;
  const format = formatIn(argv);
  if (format === undefined) return undefined;
  const separator = program === 'sacctmgr' ? '|' : '\u001f';
  const columns = format.startsWith('%') ? format.split(separator) : format.split(',').map(nameOfColumn);
  const kinds = columns.map((column): NameKind | undefined =>
    // Of a node it is what an administrator wrote; of a job it is Slurm's own word.
    column === 'reason' && program === 'sinfo' ? 'reason' : KIND_OF_COLUMN[column],
  );
  if (kinds.every((kind) => kind === undefined)) return undefined;
  const isName = (kind: NameKind | undefined, cell: string): kind is NameKind =>
    kind !== undefined && !(kind === 'reason' && isSlurmsReason(cell)) && !(kind === 'job' && isStep(cell));
  const each = (line: string, replace: (kind: NameKind, name: string) => string): string =>
    line
      .split(separator)
      .map((cell, at) => {
        const [kind, name] = [kinds[at], cell.trim()];
        return isName(kind, name) && name !== '' ? replace(kind, name) : cell;
      })
      .join(separator);
  return {
    names: (line) => {
      const found: FoundName[] = [];
      each(line, (kind, name) => (found.push({ kind, name }), name));
      return found;
    },
    replace: (text, alias) =>
      text
        .split('\n')
        .map((line) => each(line, alias))
        .join('\n'),
  };
}

function formatIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '-O' || word === '-o');
  const format = at > 0 ? argv[at + 1] : argv.find((word) => word.startsWith('format='))?.slice('format='.length);
  return argv[0] === 'scontrol' ? undefined : format;
}

function nameOfColumn(column: string): string {
  return (column.split(':', 1)[0] ?? '').toLowerCase();
}

/** Words of Slurm's own and of the usual health checks. */
function isSlurmsReason(reason: string): boolean {
  return /^(?:none|\(null\)|N\/A|Not responding|Kill task failed|Prolog error|Epilog error|Node unexpectedly rebooted|Low (?:RealMemory|TmpDisk|CPUs|socket\*core)|gres\/|NHC|health|Reboot|reboot|batch job complete failure|slurmd|Duplicate jobid|Power|Scheduler|Not |Invalid )[\w\s:/().,=<>*-]*$/.test(
    reason,
  );
}

function isStep(name: string): boolean {
  return name === 'batch' || name === 'extern';
}

const KEYS: readonly (readonly [NameKind, RegExp])[] = [
  ['user', /(?:^|[\s-])(?:UserName|Users?|SlurmUser|Coordinators)=([^\s|]+)/gi],
  ['account', /(?:^|[\s-])(?:Account|Accounts|ParentAccount|AllowAccounts|DenyAccounts)=([^\s|]+)/gi],
  ['group', /(?:^|[\s-])(?:Groups|AllowGroups|DenyGroups)=([^\s|]+)/gi],
  ['reservation', /(?:^|[\s-])(?:ReservationName|Reservation)=([^\s|]+)/gi],
  ['wckey', /(?:^|[\s-])WCKeys?=([^\s|]+)/gi],
];

/** Names in `Key=value` texts, and those that limits are counted by: `smith(1000)={…MaxJobsPU=…}`. */
export function findNamedValues(text: string): FoundName[] {
  const values = KEYS.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].flatMap(([, list = '']) => listed(list).map((name) => ({ kind, name }))),
  );
  const counted = [...text.matchAll(/([^\s={}()]+)(?:\(\d+\))?\s*=?\s*\{([^}]*)\}/g)].flatMap(
    ([, name = '', inner = '']): FoundName[] => {
      if (/P[UA]=/.test(inner)) return [{ kind: inner.includes('PA=') ? 'account' : 'user', name }];
      return [];
    },
  );
  return [...values, ...counted];
}

function listed(list: string): string[] {
  return list.split(',').map((name) => name.replace(/^[-+@]+/, '').replace(/\(\d+\)$/, ''));
}
