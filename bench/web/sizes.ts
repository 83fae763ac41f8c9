import { measurePageSizes } from '../../test/support/page-sizes.ts';
import type { Figure } from '../measure.ts';
import type { Place } from './place.ts';

const [MOST_FIRST, MOST_ALL] = [220_000, 360_000];

/** What the page takes on the wire, and whom it asked while everything else was measured. */
export function measureSizes({ foreign }: Place): Figure[] {
  const { first, all } = measurePageSizes();
  const largest = Math.max(...first.values());
  const kb = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} KB`;
  return [
    {
      what: 'A15 before the first page',
      measured: kb(largest),
      goal: `≤ ${kb(MOST_FIRST)}`,
      ok: largest <= MOST_FIRST,
    },
    { what: 'A15 all pages', measured: kb(all), goal: `≤ ${kb(MOST_ALL)}`, ok: all <= MOST_ALL },
    {
      what: 'A15 requests to any other host',
      measured: String(foreign.length),
      goal: '0',
      ok: foreign.length === 0,
    },
  ];
}
