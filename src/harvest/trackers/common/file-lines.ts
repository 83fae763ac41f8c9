import { formatNames } from '../../base/words.ts';
import { makeLineSplitter, type RawLogLine } from '../../read/log-lines.ts';
import type { ReadOptions } from '../../base/source.ts';
import type { FoundFile } from '../../base/found-file.ts';
import { readTextChunks } from '../../read/byte-chunks.ts';

/** Lines of a file, many at a time. */
export interface LineBatch {
  readonly lines: readonly RawLogLine[];
  /** They end in a newline; false for what stands after the last one. */
  readonly ended: boolean;
}

/** @throws errors of the operating system, and the signal's reason when it is aborted */
export async function* readLineBatches(file: FoundFile, options: ReadOptions): AsyncGenerator<LineBatch> {
  const splitter = makeLineSplitter();
  for await (const text of readTextChunks(file, options)) yield { lines: splitter.push(text), ended: true };
  yield { lines: splitter.rest(), ended: false };
}

/** Lines of a file that could not be read, told together in one sentence. */
export interface DamagedLines {
  readonly add: (line: number) => void;
  /** Undefined when all were good. */
  readonly told: () => string | undefined;
}

/** @param fault what is wrong with them: `they are no JSON objects` */
export function makeDamagedLines(shown: string, fault: string): DamagedLines {
  const lines: number[] = [];
  return {
    add: (line) => lines.push(line),
    told: () =>
      lines.length === 0 ? undefined : `lines left out of ${shown}, for ${fault}: ${formatNames(lines.map(String))}`,
  };
}
