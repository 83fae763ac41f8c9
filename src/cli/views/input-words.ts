import type { CompareResult, Diffed, Overview } from '../../app/index.ts';
import { cleanText } from '../../app/index.ts';
import { describeInputChange, describeInputNow } from '../../core/files/compare-fingerprints.ts';
import type { Fingerprint, WholeFingerprint } from '../../core/experiment/fingerprint.ts';
import { formatBytes } from '../../core/units.ts';
import { formatClockTime } from '../../core/text/clock-time.ts';
import { count, formatPairs } from '../shell/words.ts';

/** Letters of a hash that tell trees apart for people. */
const HASH_LENGTH = 12;

/** What an experiment read, a line each, and what is there now. */
export function inputLines(inputs: Overview['inputs']): string {
  return formatPairs(
    inputs.map(({ name, recorded, now }) => {
      const found = [recorded.path, countText(recorded), newestText(recorded), hashText(recorded)];
      // The line already says that it was not read to its end.
      const words = recorded.kind === 'partial' && now.kind === 'unknown' ? [] : [describeInputNow(now)];
      return [cleanText(name), cleanText([...found, ...words].filter((word) => word !== '').join(' · '))];
    }),
  );
}

function countText({ files, bytes }: Fingerprint): string {
  return `${count(files, 'file')}, ${formatBytes(bytes)}`;
}

function newestText({ newestMs }: Fingerprint): string {
  return newestMs === undefined ? '' : `newest change ${formatClockTime(newestMs)}`;
}

function hashText(found: Fingerprint): string {
  if (found.kind === 'partial') return `not complete: ${found.why}`;
  return `${found.content === undefined ? 'listing' : 'content'} ${shortHash(found)}`;
}

/** The first letters of the strictest hash that there is. */
export function shortHash({ content, listing }: WholeFingerprint): string {
  return (content ?? listing).slice(0, HASH_LENGTH);
}

/** The inputs of two experiments, a line each: `train  the same`. */
export function inputDifferenceLines({ inputs, expIds }: Pick<Diffed, 'inputs' | 'expIds'>): string {
  return formatPairs(
    inputs.map(({ name, before, change }) => {
      const only = `only ${before === undefined ? expIds[1] : expIds[0]} has a record of it`;
      return [cleanText(name), change === undefined ? only : describeInputChange(change, formatClockTime)];
    }),
  );
}

/** The inputs of experiments side by side, as rows of a table. */
export function inputRows(inputs: CompareResult['inputs']): { readonly name: string; readonly texts: string[] }[] {
  return inputs.map(({ name, recorded, changes }) => ({
    name: `data ${cleanText(name)}`,
    texts: recorded.map((found, i) => {
      if (found === undefined) return '';
      const change = changes[i];
      if (change !== undefined) return describeInputChange(change, formatClockTime);
      return found.kind === 'partial' ? hashText(found) : countText(found);
    }),
  }));
}
