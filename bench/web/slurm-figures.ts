import type { CountedCall } from '../counted-programs.ts';
import type { Figure } from '../measure.ts';
import type { RecordedChange } from './recorded-changes.ts';
import type { Seen } from './watched-page.ts';

/** From the record to the page, milliseconds. */
const LIMIT_MS = 3_000;
/** From the job to the page: the scheduler is asked every 30 seconds, and takes a while itself. */
const SCHEDULER_LIMIT_MS = 35_000;

const ENDED: readonly string[] = ['completed', 'failed', 'cancelled', 'stopped'];

export interface WatchedPages {
  readonly table: readonly Seen[];
  readonly one: readonly Seen[];
  /** The experiment that the second page shows. */
  readonly oneId: string;
  /** When the pages were closed: what was recorded just before could not be shown. */
  readonly endedMs: number;
}

/** How long after its record, and after the job itself, each change of state was on a page. */
export function judgeDelays(all: readonly RecordedChange[], { table, one, oneId, endedMs }: WatchedPages): Figure[] {
  const changes = all.filter(({ recordedMs }) => recordedMs < endedMs - LIMIT_MS);
  const inCounts = (['start', 'end'] as const).flatMap((what) =>
    changes.filter((each) => each.what === what).map((change, i) => ({ change, atMs: findCount(table, what, i + 1) })),
  );
  const onRows = changes
    .filter(({ id }) => table.some(({ rows }) => id in rows))
    .map((change) => ({ change, atMs: table.find(({ rows }) => hasReached(rows[change.id], change.what))?.atMs }));
  const onPage = changes
    .filter(({ id }) => id === oneId)
    .map((change) => ({ change, atMs: one.find(({ head }) => hasReached(head, change.what))?.atMs }));
  const fromRecord = ({ change, atMs = Infinity }: Shown): number => atMs - change.recordedMs;
  const fromJob = ({ change, atMs = Infinity }: Shown): number => atMs - (change.happenedMs ?? Number.NaN);
  return [
    judge('counts: from the record to the page', inCounts.map(fromRecord), LIMIT_MS),
    judge('rows: from the record to the page', onRows.map(fromRecord), LIMIT_MS),
    judge('one experiment: from the record to the page', onPage.map(fromRecord), LIMIT_MS),
    ...(['start', 'end'] as const).map((what) =>
      judge(
        `rows: from the ${what} of the job to the page`,
        onRows.filter(({ change }) => change.what === what).map(fromJob),
        SCHEDULER_LIMIT_MS,
      ),
    ),
  ];
}

interface Shown {
  readonly change: RecordedChange;
  /** Undefined if it was never shown. */
  readonly atMs: number | undefined;
}

/** When the counts had at least so many that started, or ended. */
function findCount(seen: readonly Seen[], what: RecordedChange['what'], least: number): number | undefined {
  return seen.find(({ counts }) => {
    const reached = Object.entries(counts).filter(([status]) => hasReached(status, what));
    return reached.reduce((sum, [, count]) => sum + count, 0) >= least;
  })?.atMs;
}

function hasReached(status: string | undefined, what: RecordedChange['what']): boolean {
  return status !== undefined && (ENDED.includes(status) || (what === 'start' && status === 'running'));
}

function judge(what: string, delays: readonly number[], mostMs: number): Figure {
  const sorted = delays.filter((ms) => !Number.isNaN(ms)).toSorted((a, b) => a - b);
  const at = (share: number): string => {
    const ms = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return ms === Infinity ? 'never' : `${(ms / 1_000).toFixed(2)} s`;
  };
  return {
    what,
    measured: `n ${sorted.length}, median ${at(0.5)}, 95 % ${at(0.95)}, most ${at(1)}`,
    goal: `≤ ${mostMs / 1_000} s`,
    ok: sorted.length > 0 && sorted.every((ms) => ms <= mostMs),
  };
}

/** What a server that only looks may not call. */
const CHANGING = /^(sbatch|scancel|srun|scontrol (?!show|ping|listpids)\w+|sacctmgr (?!-?\w* ?(show|list))\w+)/;

/** How often the server asked the scheduler, and whether it only asked. */
export function judgeQuestions(
  calls: readonly CountedCall[],
  { beganMs, endedMs, tabs }: { readonly beganMs: number; readonly endedMs: number; readonly tabs: number },
): Figure[] {
  const times = calls.filter(({ program }) => program === 'squeue').map(({ atMs }) => atMs);
  const shortest = Math.min(...times.slice(1).map((at, i) => (at - (times[i] ?? 0)) / 1_000));
  const most = Math.ceil((endedMs - beganMs) / 30_000) + 1;
  const by = Object.entries(Object.groupBy(calls, ({ program }) => program));
  const changing = calls.filter(({ program, words }) => CHANGING.test(`${program} ${words}`));
  return [
    {
      what: `A16 questions to the queue with ${tabs} tabs, ${Math.round((endedMs - beganMs) / 1_000)} s`,
      measured: `${times.length}, at least ${shortest.toFixed(1)} s apart`,
      goal: `≤ ${most}, ≥ 29 s`,
      ok: times.length <= most && shortest >= 29,
    },
    {
      what: 'A17 calls that change something',
      measured: `${changing.length} (of ${by.map(([program, of = []]) => `${program} ${of.length}`).join(', ')})`,
      goal: '0',
      ok: changing.length === 0,
    },
  ];
}
