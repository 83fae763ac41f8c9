import { makeLineSplitter, type LineSplitter, type RawLogLine } from '../read/log-lines.ts';
import { restore, saveSearch, type Search, type SearchState } from './log-search.ts';
import { isStillThere, markAt, type Mark } from '../base/read-cache.ts';
import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';

/** What was seen of a log, whatever the rules. */
export interface Seen {
  lines: number;
  /** The first line of which only the beginning was read. */
  cut: RawLogLine | undefined;
  /** The last line had no end and was left out. */
  left: boolean;
}

/** How far a log was read: of one that still grows the next reading goes on from there. */
export interface LogReading {
  readonly seen: Seen;
  readonly splitter: LineSplitter;
  /** Bytes that are read already. */
  readonly end: () => number;
  /** @param end where a block of whole lines ends; undefined: in the middle of a line */
  readonly reach: (end: number | undefined) => void;
  /** Keeps what is known at the end of the last whole line, once. */
  readonly save: () => void;
}

interface State {
  readonly mark: Mark;
  readonly line: number;
  readonly seen: Seen;
  readonly searches: readonly SearchState[];
}

/** Searches go on with what they knew. */
export function openProgress(file: FoundFile, searches: readonly Search[], { cache }: ReadOptions): LogReading {
  const key = JSON.stringify(['log', file.shown, searches.map(keyOf)]);
  const before = file.unfinished ? stateOf(cache?.recall(key), file) : undefined;
  before?.searches.forEach((state, i) => {
    const search = searches[i];
    if (search) restore(search, state);
  });
  const seen = before ? { ...before.seen } : { lines: 0, cut: undefined, left: false };
  const splitter = makeLineSplitter(before?.line);
  // Since when nothing is new, or the middle of a line is reached, nothing can be kept.
  let end: number | undefined;

  function save(): void {
    if (end === undefined || !file.unfinished || searches.some(({ stopped }) => stopped !== undefined)) return;
    const state: State = {
      mark: markAt(file, end),
      line: splitter.line(),
      seen: { ...seen },
      searches: searches.map(saveSearch),
    };
    cache?.keep(key, state);
    end = undefined;
  }

  return { seen, splitter, end: () => before?.mark.end ?? 0, reach: (to) => void (end = to), save };
}

/** What it finds, and whether it looks at every line for that. */
function keyOf({ rule, certain }: Search): unknown {
  return [rule.pattern, rule.pick, rule.series, rule.number, certain !== undefined];
}

function stateOf(kept: unknown, file: FoundFile): State | undefined {
  const state = kept as State | undefined;
  return state !== undefined && isStillThere(file, state.mark) ? state : undefined;
}
