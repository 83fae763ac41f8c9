import type { ExpId, Key } from '../core/ids.ts';

/** One attempt of a submission, as its job finds it in `members.tsv`. */
export interface Member {
  /** The array index; 0 for the one member of a single job. */
  readonly index: number;
  readonly expId: ExpId;
  readonly key: Key;
  readonly stage: string;
  readonly n: number;
  /** The parameters as JSON on one line; it becomes `params.json`. */
  readonly paramsJson: string;
  /** The whole text of `run.sh`. */
  readonly runSh: string;
}

/**
 * The text of `members.tsv`: a line for each attempt, from which its job makes the attempt's folder.
 *
 * @throws Error when a field that is not escaped holds a tab or line break: a bug of the caller
 */
export function membersFile(members: readonly Member[]): string {
  return members.map(memberLine).join('');
}

function memberLine({ index, expId, key, stage, n, paramsJson, runSh }: Member): string {
  const plain = [String(index), expId, key, stage, String(n), paramsJson];
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
