import { DISK_KINDS, type DiskGroup, type DiskReport, type DiskSpace, type DiskUse } from '../../../app/index.ts';
import type { Quota, QuotaUse } from '../../../core/disk/quota.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { formatBytes } from '../../../core/units.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { formatClockTime } from '../../../core/text/clock-time.ts';
import { count, formatPairs } from '../../shell/words.ts';

/** What the files of a project take, by parts, by groups if asked for, and the file systems that they are on. */
export function diskText(report: DiskReport, screen: Screen): string {
  const { groups, disks, measuredMs } = report;
  const parts = useTable('part', partRows(report), screen);
  const byGroup = groups === undefined || groups.by === 'kind' ? '' : `\n${groupTable(groups.by, groups.rows, screen)}`;
  const spaces = disks.map((disk) => `\n${disk.folder} (${disk.type})\n${formatPairs(spacePairs(disk))}`);
  return `${parts}${byGroup}${spaces.join('')}\nThe oldest figure is of ${formatClockTime(measuredMs)}; to measure everything again: sheaf info --disk --fresh\n`;
}

type Row = readonly [name: string, use: DiskUse];

function partRows({ experiments, kinds, code, record, local, total }: DiskReport): Row[] {
  return [
    [`experiments (${groupDigits(experiments.count)})`, experiments],
    ...DISK_KINDS.map((kind): Row => [`  ${kind}`, kinds[kind]]),
    ['code', code],
    ['journal and claims', record],
    ['local folder', local],
    ['total', total],
  ];
}

function useTable(name: string, rows: readonly Row[], screen: Screen): string {
  const columns = [{ name }, { name: screen.tty ? 'size' : 'bytes' }, { name: 'inodes' }];
  return formatTable(
    columns,
    rows.map(([part, use]) => [part, ...cells(use, screen)]),
    screen,
  );
}

function groupTable(by: string, rows: readonly DiskGroup[], screen: Screen): string {
  const columns = [
    { name: by, maxWidth: 40 },
    { name: 'experiments' },
    { name: screen.tty ? 'size' : 'bytes' },
    { name: 'inodes' },
  ];
  return formatTable(
    columns,
    rows.map((row) => [row.name ?? '-', row.experiments, ...cells(row, screen)]),
    screen,
  );
}

/** For people; for programs, plain numbers. */
function cells({ bytes, inodes }: DiskUse, { tty }: Screen): (string | number)[] {
  return tty ? [formatBytes(bytes), groupDigits(inodes)] : [bytes, inodes];
}

function spacePairs({ use, free, quotas }: DiskSpace): [string, string][] {
  const limits = quotas?.map((quota): [string, string] => [`quota of ${quota.of} ${quota.name}`, quotaWords(quota)]);
  return [
    ['files of sheaf', `${formatBytes(use.bytes)}, ${count(use.inodes, 'inode')}`],
    ...(limits ?? [['quota', 'not known']]),
    ...(limits?.length === 0 ? [['quota', 'none'] as [string, string]] : []),
    [
      'free',
      [...bytesWords(free.bytes), ...(free.files === undefined ? [] : [count(free.files, 'inode')])].join(', ') ||
        'not known',
    ],
  ];
}

function bytesWords(bytes: number | undefined): string[] {
  return bytes === undefined ? [] : [formatBytes(bytes)];
}

function quotaWords({ bytes, files }: Quota): string {
  return [...limitWords(bytes, formatBytes, ''), ...limitWords(files, groupDigits, ' inodes')].join('; ');
}

/** `8.1 TiB of 10 TiB`, `12 of 20 inodes (soft limit 10: 6d 03h left)`. */
function limitWords(use: QuotaUse | undefined, format: (number: number) => string, unit: string): string[] {
  const limit = use?.hard ?? use?.soft;
  if (use === undefined || limit === undefined) return [];
  const { used, soft, hard, grace } = use;
  const softWords =
    soft === undefined || (hard !== undefined && soft >= hard) || hard === undefined
      ? []
      : [`soft limit ${format(soft)}`];
  const graceWords =
    grace === undefined ? [] : [grace === 'expired' ? 'over it for too long' : `over it, ${grace} left`];
  const notes = [...softWords, ...graceWords].join(': ');
  return [`${format(used)} of ${format(limit)}${unit}${notes === '' ? '' : ` (${notes})`}`];
}
