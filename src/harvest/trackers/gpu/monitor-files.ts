import { formatCount } from '../../../core/text/phrases.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { getFileFacts } from '../../../system/index.ts';
import type { FoundFile } from '../../base/found-file.ts';
import { readLineBatches, makeDamagedLines } from '../common/file-lines.ts';
import { findLargest, computeMean } from './gpu-figures.ts';
import { splitCells, readGpuSamples } from './gpu-samples.ts';
import type { GpuSample } from './gpu-table.ts';

/** What a job did to one of its GPUs, over all samples. What the table does not tell is absent. */
export interface GpuUse {
  /** `gpu0`, or the long name of a GPU that has no number. */
  readonly gpu: string;
  /** `NVIDIA H100 80GB HBM3` */
  readonly name?: string;
  readonly samples: number;
  /** Mean, 0 to 1. */
  readonly util?: number;
  /** GiB (2^30 bytes) as the driver reports them. */
  readonly peakGib?: number;
  readonly totalGib?: number;
}

export interface GpusUse {
  readonly gpus: readonly GpuUse[];
  /** What one must know to read it rightly. */
  readonly notes: readonly string[];
}

/** What a job used of its node, by the samples of its monitor. What these do not tell is absent. */
export interface HostUse {
  readonly samples: number;
  /** CPU seconds of all processes, up to the last sample. */
  readonly cpuS?: number;
  /** The most resident memory of all processes together, MiB (2^20 bytes); what they share counts for each. */
  readonly peakMib?: number;
  /** Of the last sample, milliseconds since 1970. */
  readonly lastMs?: number;
  readonly notes: readonly string[];
}

/** More of a file is not read: a week of eight GPUs at the usual interval. */
const MOST_BYTES = 16 * 2 ** 20;

/** What a monitor saw, in the order of time. */
export interface MonitorSamples<Sample> {
  readonly samples: readonly Sample[];
  /** What one must know to read them rightly. */
  readonly notes: readonly string[];
}

/** Reads a monitor's `gpu.csv`; undefined when there is none. @throws errors of the operating system */
export async function readGpuMonitor(path: string): Promise<MonitorSamples<GpuSample> | undefined> {
  const notes: string[] = [];
  const file = monitorFile(path, 'gpu.csv', notes);
  if (file === undefined) return undefined;
  const samples = await readGpuSamples(file, {}, (text) => void (text === undefined || notes.push(text)));
  return { samples, notes };
}

/** {@link readGpuMonitor} in sums. @throws errors of the operating system */
export async function readGpuUse(path: string): Promise<GpusUse | undefined> {
  const read = await readGpuMonitor(path);
  if (read === undefined) return undefined;
  const { samples, notes } = read;
  const gpus = [...Map.groupBy(samples, ({ gpu }) => gpu)].map(([gpu, own]) => useOf(gpu, own));
  return { gpus, notes };
}

function useOf(gpu: string, samples: readonly GpuSample[]): GpuUse {
  const known = (of: (sample: GpuSample) => number | undefined): number[] =>
    samples.map(of).filter((value) => value !== undefined);
  const util = computeMean(known((sample) => sample.util));
  return {
    gpu,
    samples: samples.length,
    ...withoutUndefined({
      name: samples.find(({ name }) => name !== undefined)?.name,
      util: util === undefined ? undefined : util / 100,
      peakGib: findLargest(known(({ memGib }) => memGib)),
      totalGib: findLargest(known(({ totalGib }) => totalGib)),
    }),
  };
}

/** Reads a monitor's `usage.csv`; undefined when there is none. @throws errors of the operating system */
export async function readHostMonitor(path: string): Promise<MonitorSamples<HostSample> | undefined> {
  const notes: string[] = [];
  const file = monitorFile(path, 'usage.csv', notes);
  if (file === undefined) return undefined;
  const damaged = makeDamagedLines(file.shown, 'they are no samples');
  const samples: HostSample[] = [];
  let header: string | undefined;
  for await (const { lines, ended } of readLineBatches(file, {})) {
    // The monitor is killed with its job: what it wrote last may be cut anywhere.
    if (!ended) continue;
    for (const { text, line } of lines) {
      if (header === undefined || text === header) {
        header = text;
        continue;
      }
      const sample = hostSample(splitCells(header), splitCells(text));
      if (sample === undefined) damaged.add(line);
      else samples.push(sample);
    }
  }
  const told = damaged.told();
  if (told !== undefined) notes.push(told);
  if (samples.length === 0) notes.push(`${file.shown} has no whole sample`);
  return { samples, notes };
}

/** {@link readHostMonitor} in sums. @throws errors of the operating system */
export async function readHostUse(path: string): Promise<HostUse | undefined> {
  const read = await readHostMonitor(path);
  if (read === undefined) return undefined;
  const { samples, notes } = read;
  const peakKib = findLargest(samples.map(({ rssKib }) => rssKib));
  return {
    samples: samples.length,
    ...withoutUndefined({
      // Processes that ended and that nobody waited for leave the sum.
      cpuS: findLargest(samples.map(({ cpuS }) => cpuS)),
      peakMib: peakKib === undefined ? undefined : peakKib / KIB_OF_MIB,
      lastMs: samples.at(-1)?.timeMs,
    }),
    notes,
  };
}

const KIB_OF_MIB = 1024;

/** What one line says of all processes of a job on its node. */
export interface HostSample {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** CPU seconds since they began. */
  readonly cpuS: number;
  /** Resident memory, KiB (2^10 bytes). */
  readonly rssKib: number;
}

function hostSample(header: readonly string[], cells: readonly string[]): HostSample | undefined {
  if (cells.length !== header.length) return undefined;
  const number = (name: string): number => {
    const cell = cells[header.indexOf(name)] ?? '';
    return /^\d+(?:\.\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
  };
  const sample = {
    timeMs: Date.parse(cells[header.indexOf('time')] ?? ''),
    cpuS: number('cpu_s'),
    rssKib: number('rss_kib'),
  };
  return Object.values(sample).some(Number.isNaN) ? undefined : sample;
}

/** Undefined when there is no plain file. */
function monitorFile(path: string, shown: string, notes: string[]): FoundFile | undefined {
  const facts = getFileFacts(path);
  if (facts?.kind !== 'file') return undefined;
  const { size, mtimeNs } = facts;
  if (size > MOST_BYTES)
    notes.push(`only the first ${formatCount(MOST_BYTES / 2 ** 20, 'MiB', 'MiB')} of ${shown} were read`);
  return { path, shown, size: Math.min(size, MOST_BYTES), mtimeNs, unfinished: true };
}
