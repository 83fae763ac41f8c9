import { cleanText, getStatusMeaning, type Meaning, type StatusLine, type TableColumn } from '../../app/index.ts';
import { describeCause, nameRemedy } from '../../core/experiment/cause-words.ts';
import type { ExpId } from '../../core/ids.ts';
import { STATUSES, type Status } from '../../core/experiment/status.ts';
import { formatDuration, formatSpan } from '../../core/units.ts';
import { formatTable } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';

/** Symbols that distinguish statuses without colour. */
const ICONS: Readonly<Record<Status, string>> = {
  created: '○',
  queued: '◌',
  running: '●',
  completed: '✓',
  failed: '✗',
  cancelled: '⊘',
  stopped: '◼',
};

export function getIcon(status: Status): string {
  return ICONS[status];
}

/** `3h 12m` in the queue, `1h 12m of 8h 00m` running, `ran 0h 41m` ended. */
export function describeTime(line: StatusLine, nowMs: number): string {
  switch (line.status) {
    case 'created':
      return '';
    case 'queued':
      return line.submittedMs === undefined ? '' : formatSpan(line.submittedMs, nowMs);
    case 'running': {
      const limit = line.timeLimitSeconds === undefined ? '' : ` of ${formatDuration(line.timeLimitSeconds)}`;
      return line.startedMs === undefined ? '' : formatSpan(line.startedMs, nowMs) + limit;
    }
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'stopped':
      return line.startedMs === undefined || line.endedMs === undefined
        ? ''
        : `ran ${formatSpan(line.startedMs, line.endedMs)}`;
  }
}

function noteWords(line: StatusLine, nowMs: number): string {
  const { unseenSinceMs } = line;
  const unseen = unseenSinceMs === undefined ? undefined : `unseen since ${formatSpan(unseenSinceMs, nowMs)}`;
  return [describeCause(line), unseen].filter((part) => part !== undefined).join('; ');
}

/** At most this many different remedies are shown. */
const MOST_REMEDIES = 3;

/** What to try after failures whose logs say it, each once. */
export function describeRemedies(lines: readonly StatusLine[]): string[] {
  const remedies = new Map<string, string>();
  for (const { expId, diagnosis } of lines) {
    const fix = diagnosis?.fix;
    if (fix !== undefined && !remedies.has(fix)) remedies.set(fix, formatRemedy(fix, expId));
    if (remedies.size === MOST_REMEDIES) break;
  }
  return [...remedies.values()];
}

/** What to try after a failure, with the name of the experiment in its commands. */
export function formatRemedy(fix: string, expId: string): string {
  return cleanText(nameRemedy(fix, expId));
}

/** `1 failed · 8 running`, in the order of life. */
export function countWords(counts: { readonly [status: string]: number }): string {
  const parts = STATUSES.toReversed().flatMap((status) => (counts[status] ? [`${counts[status]} ${status}`] : []));
  return parts.join(' · ');
}

/** Lines above this many are folded on a terminal: those with the same status and note together. */
const FOLD_ABOVE = 30;
const KEEP_OF_GROUP = 3;

/** A column of `status`. */
interface StatusColumn extends TableColumn {
  readonly read: (line: StatusLine, nowMs: number) => string;
}

const COLUMNS: readonly StatusColumn[] = [
  { name: 'exp_id', priority: 8, keep: true, minWidth: 20, cut: 'middle', read: ({ expId }) => expId },
  { name: 'stage', priority: 1, read: ({ stage = '' }) => stage },
  {
    name: 'status',
    priority: 7,
    keep: true,
    meaning: getStatusMeaning,
    read: ({ status }) => status,
  },
  { name: 'time', priority: 5, read: describeTime },
  { name: 'partition', priority: 0, read: ({ partition = '' }) => partition },
  { name: 'note', priority: 6, keep: true, maxWidth: 60, minWidth: 16, read: noteWords },
];

const ICON: StatusColumn = {
  name: '',
  priority: 9,
  keep: true,
  meaning: iconMeaning,
  read: ({ status }) => getIcon(status),
};

/** The table of `status`. A terminal gets symbols, no empty columns, and folded groups if it is long. */
export function statusTable(lines: readonly StatusLine[], nowMs: number, screen: Screen): string {
  if (!screen.tty)
    return formatTable(
      COLUMNS,
      lines.map((line) => COLUMNS.map(({ read }) => read(line, nowMs))),
      screen,
    );
  const shown = lines.length > FOLD_ABOVE ? fold(lines) : lines;
  const columns = [ICON, ...COLUMNS].filter(({ read }) => shown.some((line) => read(line, nowMs) !== ''));
  return formatTable(
    columns,
    shown.map((line) => columns.map(({ read }) => read(line, nowMs))),
    screen,
  );
}

/** The first few of each group, and a line for the rest. */
function fold(lines: readonly StatusLine[]): readonly StatusLine[] {
  const groups = Map.groupBy(lines, ({ status, cause, note }) => [status, cause, note].join('\n'));
  return [...groups.values()].flatMap((members) => {
    const rest = members.slice(KEEP_OF_GROUP);
    const [first] = rest;
    if (first === undefined || rest.length === 1) return members;
    const more: StatusLine = { expId: `… ${rest.length} more` as ExpId, status: first.status };
    return [...members.slice(0, KEEP_OF_GROUP), more];
  });
}

function iconMeaning(text: string): Meaning | undefined {
  return STATUSES.find((each) => ICONS[each] === text);
}
