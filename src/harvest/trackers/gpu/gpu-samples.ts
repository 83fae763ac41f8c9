import type { RawLogLine } from '../../read/log-lines.ts';
import type { ReadOptions } from '../../base/source.ts';
import type { FoundFile } from '../../base/found-file.ts';
import { makeExcerpt } from '../../base/words.ts';
import { readLineBatches, makeDamagedLines } from '../common/file-lines.ts';
import { readGpuTableHeader, type GpuSample, type GpuTable } from './gpu-table.ts';

/**
 * All whole samples of a table of nvidia-smi or rocm-smi, in its order.
 *
 * @param note told what one must know to read them rightly
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function readGpuSamples(
  file: FoundFile,
  options: ReadOptions,
  note: (text: string | undefined) => void,
): Promise<GpuSample[]> {
  const damaged = makeDamagedLines(file.shown, 'they are no samples');
  const samples: GpuSample[] = [];
  let header = '';
  let table: GpuTable | undefined;

  function take({ text, line }: RawLogLine): void {
    if (text.trim() === '' || text === header) return;
    if (header === '') [header, table] = [text, readGpuTableHeader(splitCells(text))];
    else {
      const sample = table?.(splitCells(text));
      if (sample) samples.push(sample);
      else damaged.add(line);
    }
  }

  for await (const { lines, ended } of readLineBatches(file, options)) {
    // The monitor is killed with its job: what it wrote last may be cut anywhere.
    if (ended) lines.forEach(take);
  }
  if (table) note(damaged.told());
  else if (header !== '') note(`${file.shown} is no table of nvidia-smi or rocm-smi: ${makeExcerpt(header)}`);
  if (table && samples.length === 0) note(`${file.shown} has no whole sample`);
  return samples;
}

/** Cells of a line; none of these tables has quotes. */
export function splitCells(text: string): string[] {
  return text.split(',').map((cell) => cell.trim());
}
