import type { ExpId, Key } from '../core/ids.ts';

/** One attempt of a submission, as its job finds it in `members.tsv`. */
export interface Member {
  /** The array index; 0 in a single job. Members that follow each other with the same index are a pack. */
  readonly index: number;
  readonly expId: ExpId;
  readonly key: Key;
  readonly stage: string;
  readonly n: number;
  /** The stage that must have completed before this may run; only members of packs look. */
  readonly needs?: string;
  /** The parameters as JSON on one line; it becomes `params.json`. */
  readonly paramsJson: string;
  /** The whole text of `run.sh`. */
  readonly runSh: string;
}

/**
 * The text of `members.tsv`: a line for each attempt, from which its job makes the attempt's folder.
 *
 * @throws Error when a field that is not escaped holds a tab or line break, or the members of a pack do not follow
 *   each other: a bug of the caller
 */
export function membersFile(members: readonly Member[]): string {
  const seen = new Set<number>();
  for (const [i, { index }] of members.entries()) {
    if (seen.has(index) && members[i - 1]?.index !== index)
      throw new Error(`the members with index ${index} do not follow each other`);
    seen.add(index);
  }
  return members.map(memberLine).join('');
}

function memberLine({ index, expId, key, stage, n, needs = '-', paramsJson, runSh }: Member): string {
  const plain = [String(index), expId, key, stage, String(n), needs, paramsJson];
  const torn = plain.find((field) => field === '' || /[\t\r\n]/.test(field));
  if (torn !== undefined) throw new Error(`a field of members.tsv is empty or has a tab or line break: ${torn}`);
  return `${[...plain, printfEscaped(runSh)].join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0000',
};

/** A text on one line from which `printf '%b'` of bash makes the text again. */
export function printfEscaped(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? character);
}
