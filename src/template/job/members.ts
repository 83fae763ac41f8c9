import { toBashPattern } from '../../core/files/checkpoint-step.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import type { Checkpoint } from '../../core/settings/run-settings.ts';
import { NOTHING_SHARED, removeShared, type SharedText } from './shared-text.ts';

/** One attempt of a submission, as its job finds it in `members.tsv`. */
export interface JobMember {
  /** The array index; 0 in a single job. Members that follow each other with the same index are a pack. */
  readonly index: number;
  readonly expId: ExpId;
  readonly key: Key;
  readonly stage: string;
  readonly n: number;
  /** The first attempt whose checkpoints it may resume from; its own number when it takes none. */
  readonly first: number;
  /** The stage that must have completed before this may run; only members of packs look. */
  readonly needs?: string;
  /** The parameters as JSON on one line; it becomes `params.json`. */
  readonly paramsJson: string;
  /** Where its checkpoints are; the path has no Jinja in it any more. */
  readonly checkpoint?: Checkpoint;
  /** The whole text of `run.sh`. */
  readonly runSh: string;
}

/** The first line of `members.tsv` and each record of its table have this number of bytes, as the wrapper expects. */
const RECORD_BYTES = 24;

/**
 * The text of `members.tsv`: a line for each attempt, from which its job makes the attempt's folder. Before them, a
 * table tells for each index where its lines begin and how long they are, in bytes of UTF-8, so that a task of an array
 * of thousands need not read the lines of the others.
 *
 * @param shared what the script holds of each `run.sh`, so that it is left out here
 * @throws Error when a field that is not escaped holds a tab or line break, or the members of a pack do not follow
 *   each other: a bug of the caller
 */
export function formatMembersFile(members: readonly JobMember[], shared: SharedText = NOTHING_SHARED): string {
  const lengths = new Map<number, number>();
  const lines = members.map((member, i) => {
    const { index } = member;
    if (lengths.has(index) && members[i - 1]?.index !== index)
      throw new Error(`the members with index ${index} do not follow each other`);
    const line = memberLine(member, shared);
    lengths.set(index, (lengths.get(index) ?? 0) + Buffer.byteLength(line));
    return line;
  });
  const count = [...lengths.keys()].reduce((most, index) => Math.max(most, index + 1), 0);
  const table = Array.from({ length: count }, () => tableLine(0, 0));
  let start = RECORD_BYTES * (1 + count);
  for (const [index, length] of lengths) {
    table[index] = tableLine(start, length);
    start += length;
  }
  return [`members-003 ${digits(count)}\n`, ...table, ...lines].join('');
}

const tableLine = (start: number, length: number): string => `${digits(start)} ${digits(length)}\n`;

const digits = (number: number): string => String(number).padStart(11, '0');

function memberLine(member: JobMember, shared: SharedText): string {
  const { index, expId, key, stage, n, first, needs = '-', paramsJson, checkpoint, runSh } = member;
  const plain = [String(index), expId, key, stage, String(n), needs, paramsJson];
  const pattern = checkpoint && toBashPattern(checkpoint.path);
  const resume = [textOrNone(pattern), checkpoint?.pick ?? '-', textOrNone(checkpoint?.verify), String(first)];
  const fields = [...plain, ...resume];
  const torn = fields.find((field) => field === '' || /[\t\r\n]/.test(field));
  if (torn !== undefined) throw new Error(`a field of members.tsv is empty or has a tab or line break: ${torn}`);
  const run = removeShared(runSh, shared).map(escapePrintf).join(MIDDLE);
  return `${[...fields, run].join('\t')}\n`;
}

/** Stands for what the `run.sh` of all members have in common between head and tail. */
const MIDDLE = '\u0001';

/** A text that may be any, or be missing. */
function textOrNone(text: string | undefined): string {
  return text === undefined ? '-' : `=${escapePrintf(text)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0000',
  [MIDDLE]: '\\0001',
};

/** A text on one line from which `printf '%b'` of bash makes the text again. */
export function escapePrintf(text: string): string {
  return text.replace(/[\\\t\n\r\0\u0001]/g, (character) => ESCAPES[character] ?? character);
}
