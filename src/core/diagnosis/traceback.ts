import type { Line } from './log.ts';

/** A Python traceback in a log. */
export interface Traceback {
  /** `torch.OutOfMemoryError` */
  readonly type: string;
  /** The line with the exception, then those that go on with its message. */
  readonly message: readonly [Line, ...Line[]];
  readonly frames: readonly Frame[];
  /** Which process of a distributed program it is of, when the lines say so. */
  readonly rank?: number;
  /** Python told of it and went on: it was raised while something was cleaned up. */
  readonly ignored: boolean;
}

export interface Frame {
  readonly file: string;
  readonly line: number;
}

const HEADER = /^(.*?)\s*(?:Original )?Traceback \(most recent call last\):\s*$/;
const FRAME = /^\s+File "(.+?)", line (\d+)/;
const UNREADABLE = /^(?:SyntaxError|IndentationError|TabError): /;
/** Not what a logger writes: `INFO: …`. */
const EXCEPTION = /^(?![A-Z_]+:)([A-Za-z_][\w.]*)(?::|$)/;
const IGNORED = /^Exception ignored (?:in|while)\b|^Error in atexit\b|^--- Logging error ---/;
/** Processes that write at the same time: this many lines of others may be between two of one. */
const LONGEST = 400;
const LONGEST_MESSAGE = 30;

/** All tracebacks of a log that end with an exception, in their order. */
export function findTracebacks(lines: readonly Line[]): Traceback[] {
  return lines.flatMap((line, at) => {
    if (UNREADABLE.test(line.text)) return unreadableCode(lines, line, at) ?? [];
    const header = line.text.endsWith('last):') ? HEADER.exec(line.text) : null;
    return header === null ? [] : (tracebackAt(lines, at, header[1] ?? '') ?? []);
  });
}

/** Of a script that Python cannot read there is no traceback, only the place. */
function unreadableCode(lines: readonly Line[], line: Line, at: number): Traceback | undefined {
  const before = lines.slice(Math.max(0, at - 4), at);
  const frames = before.flatMap(frameOf);
  const isTold =
    frames.length === 0 || lines.slice(Math.max(0, at - LONGEST), at).some(({ text }) => HEADER.test(text));
  return isTold ? undefined : { type: 'SyntaxError', message: [line], frames, ignored: false };
}

function tracebackAt(lines: readonly Line[], at: number, before: string): Traceback | undefined {
  const label = labelOf(before, lines[at + 1]?.text);
  const own = ownLines(lines.slice(at + 1, at + LONGEST), label);
  const end = own.findIndex(({ text }) => text !== '' && !/^\s/.test(text));
  const last = own[end];
  const type = last && EXCEPTION.exec(last.text)?.[1];
  if (last === undefined || type === undefined) return undefined;
  const rest = own.slice(end + 1, end + LONGEST_MESSAGE);
  const stop = rest.findIndex(({ text }) => !/^\s+\S/.test(text));
  const rank = /^\[(?:rank|default)?(\d+)\]|^(\d+):/.exec(label.trim());
  return {
    type,
    message: [last, ...(stop < 0 ? rest : rest.slice(0, stop))],
    frames: own.slice(0, end).flatMap(frameOf),
    ...(rank === null ? {} : { rank: Number(rank[1] ?? rank[2]) }),
    ignored: IGNORED.test(lines[at - 1]?.text ?? ''),
  };
}

/** What a launcher puts before each line of a process: `[rank1]: `, `0: `. A progress bar is no such prefix. */
function labelOf(before: string, next: string | undefined): string {
  const label = before.trim();
  return label !== '' && next?.startsWith(label) ? label : '';
}

/** The lines with this label, without it. */
function ownLines(lines: readonly Line[], label: string): Line[] {
  if (label === '') return [...lines];
  return lines.flatMap((line) =>
    // One space belongs to the label; what is more is Python's own.
    line.text.startsWith(label) ? [{ ...line, text: line.text.slice(label.length).replace(/^ /, '') }] : [],
  );
}

function frameOf({ text }: Line): Frame[] {
  const [, file = '', line] = FRAME.exec(text) ?? [];
  return line === undefined ? [] : [{ file, line: Number(line) }];
}

/** Files that are not the user's own. */
const FOREIGN = /^<|[\\/](?:site|dist)-packages[\\/]|[\\/]lib\d*[\\/]python\d|[\\/]python[\d.]+\.zip/;

/** The innermost line of the user's own code: `train.py:12`. */
export function findOwnPlace(frames: readonly Frame[], root: string | undefined): string | undefined {
  const frame = frames.findLast(({ file }) => !FOREIGN.test(file));
  return frame && `${shortenPath(frame.file, root)}:${frame.line}`;
}

/** A path as one knows it: without the folders of the project, of a code snapshot and of an attempt before it. */
export function shortenPath(path: string, root: string | undefined): string {
  const inside = path.replace(/^.*\/\.sheaf\/code\/[^/]+\/|^.*\/attempts\/[^/]+-\d+\/work\//, '');
  if (inside !== path || root === undefined) return inside;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
