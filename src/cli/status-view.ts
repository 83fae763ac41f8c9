import { statusStyle, type StatusLine, type TableColumn } from '../app/index.ts';
import { STATUSES, type Status } from '../core/status.ts';
import { formatDuration } from '../core/units.ts';
import { isoOrNull, type Json } from './json.ts';
import { tableText } from './table.ts';
import type { Screen } from './terminal.ts';
import { span } from './words.ts';

/** Signs that tell statuses apart without colour. */
const ICONS: Readonly<Record<Status, string>> = {
  created: '○',
  queued: '◌',
  running: '●',
  completed: '✓',
  failed: '✗',
  cancelled: '⊘',
};

export function icon(status: Status): string {
  return ICONS[status];
}

export function statusLineJson(line: StatusLine): { readonly [key: string]: Json } {
  return {
    exp_id: line.expId,
    status: line.status,
    cause: line.cause ?? null,
    stage: line.stage ?? null,
    attempt: line.attempt ?? null,
    job: line.job ?? null,
    submitted_at: isoOrNull(line.submittedMs),
    started_at: isoOrNull(line.startedMs),
    ended_at: isoOrNull(line.endedMs),
    unseen_since: isoOrNull(line.unseenSinceMs),
    exit_code: line.exitCode ?? null,
    note: line.note ?? null,
    time_limit_seconds: line.timeLimitSeconds ?? null,
    partition: line.partition ?? null,
  };
}

/** `3h 12m` in the queue, `1h 12m of 8h 00m` running, `ran 0h 41m` ended. */
export function timeWords(line: StatusLine, nowMs: number): string {
  switch (line.status) {
    case 'created':
      return '';
    case 'queued':
      return line.submittedMs === undefined ? '' : span(line.submittedMs, nowMs);
    case 'running': {
      const limit = line.timeLimitSeconds === undefined ? '' : ` of ${formatDuration(line.timeLimitSeconds)}`;
      return line.startedMs === undefined ? '' : span(line.startedMs, nowMs) + limit;
    }
    case 'completed':
    case 'failed':
    case 'cancelled':
      return line.startedMs === undefined || line.endedMs === undefined
        ? ''
        : `ran ${span(line.startedMs, line.endedMs)}`;
  }
}

function noteWords({ cause, note, unseenSinceMs }: StatusLine, nowMs: number): string {
  const unseen = unseenSinceMs === undefined ? undefined : `unseen since ${span(unseenSinceMs, nowMs)}`;
  return [cause, note, unseen].filter((part) => part !== undefined).join(': ');
}

/** `1 failed · 8 running`, in the order of life. */
export function countWords(counts: { readonly [status: string]: number }): string {
  const parts = STATUSES.toReversed().flatMap((status) => (counts[status] ? [`${counts[status]} ${status}`] : []));
  return parts.join(' · ');
}

/** Lines above this many are folded on a terminal: those with the same status and note together. */
const FOLD_ABOVE = 30;
const KEEP_OF_GROUP = 3;

/** The table of `status`. */
export function statusTable(lines: readonly StatusLine[], nowMs: number, screen: Screen): string {
  const shown = screen.tty && lines.length > FOLD_ABOVE ? fold(lines) : lines.map((line) => ({ line, more: 0 }));
  const marks = screen.tty ? [{ name: '', priority: 9, style: iconStyle }] : [];
  const rows = shown.map(({ line, more }) => {
    const mark = screen.tty ? [icon(line.status)] : [];
    if (more > 0) return [...mark, `… ${more} more`, '', line.status, '', '', ''];
    return [
      ...mark,
      line.expId,
      line.stage ?? '',
      line.status,
      timeWords(line, nowMs),
      line.partition ?? '',
      noteWords(line, nowMs),
    ];
  });
  return tableText([...marks, ...COLUMNS], rows, screen);
}

const COLUMNS: readonly TableColumn[] = [
  { name: 'experiment', priority: 8 },
  { name: 'stage', priority: 1 },
  { name: 'status', priority: 7, style: (text) => statusStyle(text as Status) },
  { name: 'time', priority: 5 },
  { name: 'partition', priority: 0 },
  { name: 'note', priority: 6, maxWidth: 60 },
];

function iconStyle(text: string): ReturnType<typeof statusStyle> {
  const status = STATUSES.find((each) => ICONS[each] === text);
  return status === undefined ? undefined : statusStyle(status);
}

function fold(lines: readonly StatusLine[]): { line: StatusLine; more: number }[] {
  const groups = Map.groupBy(lines, ({ status, cause, note }) => [status, cause, note].join('\n'));
  return [...groups.values()].flatMap((members) => {
    const kept = members.slice(0, KEEP_OF_GROUP).map((line) => ({ line, more: 0 }));
    const [first] = members;
    const more = members.length - kept.length;
    return first === undefined || more === 0 ? kept : [...kept, { line: first, more }];
  });
}
