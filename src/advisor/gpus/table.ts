import type { GpuPrecision } from '../gpu-kind.ts';
import { getSupportedPrecisions } from './arch.ts';
import type { GpuEntry, SourceTag } from './entry.ts';

/** The rates of matrix units as multiples of that of fp16, in all architectures that have the unit. */
const TO_FP16: readonly (readonly [GpuPrecision, number])[] = [
  ['tf32', 0.5],
  ['fp16', 1],
  ['bf16', 1],
  ['fp8', 2],
];

/**
 * Entries of the catalogue from a table, one GPU a line, with `|` between its cells:
 * - id, name, architecture
 * - GB as on the box, with the GiB that programs get behind it if that is known; GB/s; watts
 * - TFLOP/s in fp32 (vector), and in fp16 (dense, with fp32 accumulation; empty: no faster, or not published), with a
 *   {@link SourceTag} behind it if it is not computed from matrix units × products in each clock × boost clock
 * - GB/s over NVLink, in both directions (empty: none)
 * - source: the record in TechPowerUp's GPU database (`c2878`), or a {@link SourceTag}
 * - names, with blanks between them; a note
 *
 * Precisions other than fp16 follow from it.
 */
export function parseGpuTable(vendor: GpuEntry['vendor'], table: string): readonly GpuEntry[] {
  const [, ...lines] = table.trim().split('\n');
  return lines.map((line) => entryOf(vendor, line));
}

function entryOf(vendor: GpuEntry['vendor'], line: string): GpuEntry {
  const cells = line.split('|').map((cell) => cell.trim());
  const [
    id = '',
    name = '',
    arch = '',
    memory = '',
    bandwidth,
    tdp,
    fp32 = '',
    fp16 = '',
    nvlink,
    source = '',
    names = '',
    note,
  ] = cells;
  const supports = getSupportedPrecisions(arch);
  const [gb, usable] = memory.split(' ');
  const [rate16 = '', from = 'C'] = fp16.split(' ');
  const matrix = TO_FP16.filter(([precision]) => rate16 !== '' && supports.includes(precision));
  return {
    id,
    name,
    vendor,
    arch,
    memoryGb: Number(gb),
    ...(usable === undefined ? {} : { usableGib: Number(usable) }),
    bandwidth: Number(bandwidth),
    tflops: {
      ...(fp32 === '' ? {} : { fp32: Number(fp32) }),
      ...Object.fromEntries(matrix.map(([precision, rate]) => [precision, Number((rate * Number(rate16)).toFixed(1))])),
    },
    supports,
    nvlink: Number(nvlink),
    tdp: Number(tdp),
    aliases: names.split(' '),
    notes: note === undefined ? [] : [note],
    sources: { spec: source as SourceTag, ...(rate16 === '' ? {} : { tflops: from as SourceTag }) },
  };
}
