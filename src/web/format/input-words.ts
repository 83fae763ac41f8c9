import { describeInputChange, describeInputNow, type InputNow } from '../../core/files/compare-fingerprints.ts';
import { formatClockTime } from '../../core/text/clock-time.ts';
import type { DiffJson, ShowJson } from '../../json/index.ts';
import { toMs } from './times.ts';

type Change = ShowJson['inputs'][number]['now'];

/** How an input changed since a run read it: `the same now`, `changed since: 3 files newer`. */
export function describeNow(now: Change): string {
  return describeInputNow(toInputNow(now));
}

/** How an input differs between two runs: `changed: 3 files more`. */
export function describeChange(change: NonNullable<DiffJson['inputs'][number]['change']>): string {
  const read = toInputNow(change);
  return read.kind === 'gone' ? describeInputNow(read) : describeInputChange(read, formatClockTime);
}

/** The document has null for what core leaves out, and kinds without spaces. */
function toInputNow({ kind, files, bytes, newest_change, newer, why }: Change): InputNow {
  const known = Object.entries({ files, bytes, newestMs: toMs(newest_change), newer, why }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return { kind: kind.replaceAll('_', ' '), ...Object.fromEntries(known) } as InputNow;
}
