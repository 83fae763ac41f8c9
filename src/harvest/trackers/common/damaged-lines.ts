import { formatNames } from '../../base/words.ts';

/** Lines of a file that could not be read, told together in one sentence. */
export interface DamagedLines {
  readonly add: (line: number) => void;
  /** Undefined when all were good. */
  readonly told: () => string | undefined;
}

/** @param fault what is wrong with them: `they are no JSON objects` */
export function newDamagedLines(shown: string, fault: string): DamagedLines {
  const lines: number[] = [];
  return {
    add: (line) => lines.push(line),
    told: () =>
      lines.length === 0 ? undefined : `lines left out of ${shown}, for ${fault}: ${formatNames(lines.map(String))}`,
  };
}
