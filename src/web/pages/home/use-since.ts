import { useEffect, useState } from 'react';
import { useStoredSetting } from '../../state/stored-setting.ts';
import { useNow } from '../../state/use-now.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { getSinceMs, noteLook, parseVisits, PERIODS, writeVisits, type Period } from './since.ts';

/** Since when to say what happened, with the period that the address has and how to choose another one. */
export function useSince(): {
  readonly period: Period;
  readonly sinceMs: number;
  /** When the visit before ended, milliseconds since 1970; undefined at the first one. */
  readonly lookMs: number | undefined;
  readonly choose: (period: Period) => void;
} {
  const { route, go } = useRoute();
  const now = useNow(60_000);
  const [kept, keep] = useStoredSetting('visits', '');
  const [opened] = useState(now);
  const asked = route.settings.get('since');
  const period = PERIODS.find(({ id }) => id === asked)?.id ?? 'look';
  useEffect(() => {
    // A hidden tab shows nothing to its user.
    if (document.visibilityState === 'visible') keep(writeVisits(noteLook(parseVisits(kept), now)));
  }, [now]);
  const visits = noteLook(parseVisits(kept), opened);
  return {
    period,
    // As of when the page was opened: a request that changes every minute would be asked every minute.
    sinceMs: getSinceMs(period, visits, opened),
    lookMs: visits.before,
    choose: (id) => go(toHref([], { since: id === 'look' ? undefined : id }), { replace: true }),
  };
}
