/** Since when the home page says what happened. */
export const PERIODS = [
  { id: 'look', name: 'since you last looked' },
  { id: 'today', name: 'today' },
  { id: 'day', name: 'in the last 24 hours' },
  { id: 'week', name: 'in the last 7 days' },
] as const;

export type Period = (typeof PERIODS)[number]['id'];

const DAY_MS = 24 * 3_600_000;

/** Who is away for longer looks another time; a reload is the same visit. */
const PAUSE_MS = 10 * 60_000;

/** Two times, milliseconds since 1970: the last look of the visit before, and that of this visit. */
export interface Visits {
  readonly before: number | undefined;
  readonly last: number;
}

/** What the browser keeps of visits: `before last`. Undefined for any other text. */
export function parseVisits(kept: string): Visits | undefined {
  const [before = Number.NaN, last = Number.NaN] = kept.split(' ').map(Number);
  if (!Number.isFinite(last)) return undefined;
  return { before: before > 0 ? before : undefined, last };
}

export function writeVisits({ before = 0, last }: Visits): string {
  return `${before} ${last}`;
}

/** The visits after another look: after a pause, a new visit begins. */
export function noteLook(visits: Visits | undefined, nowMs: number): Visits {
  if (visits === undefined) return { before: undefined, last: nowMs };
  return nowMs - visits.last > PAUSE_MS ? { before: visits.last, last: nowMs } : { ...visits, last: nowMs };
}

/**
 * Since when to say what happened, milliseconds since 1970. At the first visit that is a day ago.
 *
 * @param nowMs milliseconds since 1970; today begins at midnight of the reader's time zone
 */
export function getSinceMs(period: Period, visits: Visits | undefined, nowMs: number): number {
  switch (period) {
    case 'look':
      return visits?.before ?? nowMs - DAY_MS;
    case 'today':
      return new Date(nowMs).setHours(0, 0, 0, 0);
    case 'day':
      return nowMs - DAY_MS;
    case 'week':
      return nowMs - 7 * DAY_MS;
  }
}
