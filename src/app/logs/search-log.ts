import { inputError } from '../../core/errors.ts';
import { nowMs, type OpenFile } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { findTexts, openCounter } from './find-text.ts';
import { findLogSource, openLog, type LogFileChoice } from './log-source.ts';

/** What to look for, and where. */
export interface LogSearchRequest extends LogFileChoice {
  /** Taken literally, in UTF-8; in one line. */
  readonly text: string;
  /** Letters of ASCII match in both cases. */
  readonly ignoreCase?: boolean | undefined;
  /** The first byte that counts, to go on behind an older search. */
  readonly from?: number | undefined;
  /** The search ends after this number of lines: by default 1,000, at most 10,000. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A line with the text. */
export interface LogHit {
  readonly kind: 'hit';
  /**
   * Where the text is in the file, in bytes: a window `at` it begins with its line. If a progress bar has written over that
   * line, the window shows it only with `all`.
   */
  readonly at: number;
  /** The line around it, 200 characters or fewer on either side. */
  readonly text: string;
  /** Where in `text` what was found begins and ends. */
  readonly match: readonly [start: number, end: number];
  /** The number of the line, from 1; absent far from the beginning, where counting takes time. */
  readonly line?: number;
}

/** Hits in the order of the file; between them, about ten times a second, how far the search is; last, that it has ended. */
export type LogSearchEvent =
  | LogHit
  | { readonly kind: 'progress'; readonly read: number; readonly size: number }
  | {
      readonly kind: 'end';
      readonly hits: number;
      readonly size: number;
      /** From here a search goes on that its limit has ended. */
      readonly next?: number;
    };

const [DEFAULT_LIMIT, MOST_HITS] = [1_000, 10_000];
/** Bytes of a text to look for. */
const LONGEST_TEXT = 1_000;
/** Bytes shown on either side. */
const AROUND = 200;
const PROGRESS_MS = 100;

/**
 * Looks for a text in the log of an attempt, as long as it was at the beginning.
 *
 * @throws SheafError `experiment.unknown`, `logs.*`, `file.*`; whatever the signal is aborted with
 */
export async function* searchLog(
  project: Project,
  expId: string,
  request: LogSearchRequest,
): AsyncGenerator<LogSearchEvent> {
  const text = Buffer.from(request.text);
  checkText(text);
  using file = openLog(findLogSource(project, expId, request));
  if (file === undefined) {
    yield { kind: 'end', hits: 0, size: 0 };
    return;
  }
  const { ignoreCase, signal, from = 0 } = request;
  const limit = Math.min(request.limit ?? DEFAULT_LIMIT, MOST_HITS);
  const { size } = file.facts;
  const numberOf = openCounter(file);
  let [hits, told] = [0, nowMs()];
  for await (const found of findTexts(file, [text], { from: Math.max(0, from), ignoreCase, signal })) {
    if (found.kind === 'place') {
      if (hits === limit) {
        yield { kind: 'end', hits, size, next: found.at };
        return;
      }
      hits += 1;
      yield describeHit(file, found.at, text.length, numberOf(found.at));
    } else if (nowMs() - told >= PROGRESS_MS) {
      told = nowMs();
      yield { kind: 'progress', read: found.to, size };
    }
  }
  yield { kind: 'end', hits, size };
}

/** @throws SheafError `logs.search` */
function checkText(text: Buffer): void {
  const why =
    text.length === 0
      ? 'it is empty'
      : text.length > LONGEST_TEXT
        ? `it has more than ${LONGEST_TEXT} bytes`
        : /[\r\n]/.test(text.toString('latin1'))
          ? 'it has more than one line'
          : undefined;
  if (why === undefined) return;
  throw inputError('logs.search', 'logs cannot be searched for this text', { why, fix: 'take a part of one line' });
}

/** Reads only what is shown. */
function describeHit(file: OpenFile, at: number, length: number, line: number | undefined): LogHit {
  const start = Math.max(0, at - AROUND);
  const bytes = file.read(start, at + length + AROUND);
  const before = bytes.subarray(0, at - start).toString();
  const found = bytes.toString('utf8', at - start, at - start + length);
  const after = bytes.toString('utf8', at - start + length);
  const left = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  const [right = ''] = after.split(/[\r\n]/, 1);
  // A character that is cut at either side is no replacement character of the log.
  const [shownLeft, shownRight] = [left.replace(/^\ufffd{1,3}/, ''), right.replace(/\ufffd$/, '')];
  const match = [shownLeft.length, shownLeft.length + found.length] as const;
  return { kind: 'hit', at, text: `${shownLeft}${found}${shownRight}`, match, ...(line === undefined ? {} : { line }) };
}
