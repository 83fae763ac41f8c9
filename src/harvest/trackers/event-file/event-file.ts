import { readByteChunks } from '../../read/byte-chunks.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { ReadOptions } from '../../base/source.ts';
import type { FoundFile } from '../../base/found-file.ts';
import type { EventRun } from './event-run.ts';
import { LONGEST_RECORD, makeRecordSplitter, type RecordFault } from './records.ts';
import { WireFault } from './wire.ts';

/**
 * Gives the events of a TensorBoard event file to `run`, as far as the file is whole.
 *
 * @returns what is wrong with the file, in words
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function readEventFile(file: FoundFile, options: ReadOptions, run: EventRun): Promise<string[]> {
  const broken: number[] = [];
  const splitter = makeRecordSplitter(file.size, (bytes, start, end, offset) => {
    try {
      run.take(bytes, start, end, file.shown);
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      broken.push(offset);
    }
  });
  for await (const chunk of readByteChunks(file, options)) if (!splitter.push(chunk)) break;
  if (file.size === 0 && !file.unfinished) return [`${file.shown} is empty`];
  return [...brokenWords(file, broken), ...splitter.faults().flatMap((fault) => faultWords(file, fault))];
}

function brokenWords({ shown }: FoundFile, offsets: readonly number[]): string[] {
  const [first] = offsets;
  if (first === undefined) return [];
  if (offsets.length === 1) return [`the record at byte ${first} of ${shown} is no event: it is left out`];
  return [
    `${formatCount(offsets.length, 'record')} of ${shown}, the first at byte ${first}, are no events: they are left out`,
  ];
}

function faultWords({ shown, unfinished }: FoundFile, { kind, offset }: RecordFault): string[] {
  switch (kind) {
    case 'cut off':
      return unfinished ? [] : [`${shown} is cut off in the record at byte ${offset}: all before it is read`];
    case 'wrong checksum':
      return [`the record at byte ${offset} of ${shown} has a wrong checksum: the file is read up to there`];
    case 'too long':
      return [
        `the record at byte ${offset} of ${shown} has more than ${formatCount(LONGEST_RECORD, 'byte')}: it is left out`,
      ];
  }
}
