import {
  EVENT_VERSION,
  makeStamp,
  type EventBody,
  type EventMeta,
  type EventType,
  type SheafEvent,
} from '../core/experiment/event.ts';
import { checksum, isoTime } from '../system/index.ts';

/**
 * One line of a journal file: a JSON object whose last member is the CRC-32 of all bytes before it.
 *
 *     {"v":1,"seq":7,"lt":1795467931123,"at":"2026-…Z","user":"ada","host":"login1","type":"tagged",…,"sum":"3f2a9b01"}
 */
const SUM_KEY = ',"sum":"';
/** Bytes of `,"sum":"3f2a9b01"}`. */
const SUM_LENGTH = SUM_KEY.length + 8 + 2;
const SUM_KEY_BYTES = Buffer.from(SUM_KEY);

/** The first line of every journal file: it tells one file from another of the same name. */
export interface JournalHeader {
  readonly type: 'journal';
  readonly writer: string;
  readonly host: string;
  readonly user: string;
}

export type Decoded =
  | { readonly kind: 'event'; readonly event: SheafEvent; readonly sum: string }
  | { readonly kind: 'header'; readonly header: JournalHeader; readonly sum: string }
  | { readonly kind: 'bad'; readonly why: string }
  /** Whole and unharmed, but of a format that this code does not know. */
  | { readonly kind: 'version'; readonly version: unknown };

export function encodeHeader(header: JournalHeader, atMs: number): string {
  return seal({ v: EVENT_VERSION, seq: 0, at: isoTime(atMs), ...header });
}

/** @returns the line with its newline */
export function encodeEvent({ seq, lt, atMs, user, host, by }: EventMeta, body: EventBody): string {
  return seal({ v: EVENT_VERSION, seq, lt, at: isoTime(atMs), user, host, ...(by && { by }), ...body });
}

function seal(object: object): string {
  const text = JSON.stringify(object).slice(0, -1);
  return `${text}${SUM_KEY}${checksum(text)}"}\n`;
}

const TYPES: Readonly<Record<EventType, true>> = {
  created: true,
  renamed: true,
  removed: true,
  tagged: true,
  noted: true,
  archived: true,
  swept: true,
  advised: true,
  throttled: true,
  searched: true,
  decided: true,
  submitting: true,
  submitted: true,
  state: true,
  harvested: true,
  fingerprinted: true,
  pinned: true,
  pruned: true,
};

/** A parsed line whose kind is not known yet. */
interface Line {
  v: unknown;
  type: string;
  at: string;
  seq: number;
  lt: number;
  writer: string;
  atMs: number;
  stamp: string;
}

/** @param line bytes of one line without its newline */
export function decodeLine(line: Buffer, writer: string): Decoded {
  const end = line.length - SUM_LENGTH;
  if (end < 2 || line.compare(SUM_KEY_BYTES, 0, SUM_KEY.length, end, end + SUM_KEY.length) !== 0) {
    return { kind: 'bad', why: 'it is not a whole line' };
  }
  const sum = line.toString('latin1', end + SUM_KEY.length, end + SUM_KEY.length + 8);
  if (checksum(line.subarray(0, end)) !== sum) return { kind: 'bad', why: 'its checksum does not match' };
  const parsed = JSON.parse(line.toString('utf8')) as Line;
  if (parsed.v !== EVENT_VERSION) return { kind: 'version', version: parsed.v };
  if (parsed.type === 'journal') return { kind: 'header', header: parsed as unknown as JournalHeader, sum };
  if (!Object.hasOwn(TYPES, parsed.type)) {
    return { kind: 'version', version: `${String(parsed.v)} with events of type "${parsed.type}"` };
  }
  // Completed in place: a journal may hold a million of them.
  parsed.writer = writer;
  parsed.atMs = Date.parse(parsed.at);
  parsed.stamp = makeStamp(parsed);
  return { kind: 'event', event: parsed as unknown as SheafEvent, sum };
}
