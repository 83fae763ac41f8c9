/** What one line of the table says of one GPU. What it does not tell is undefined. */
export interface GpuSample {
  /** `gpu0`, or the long name of a GPU that has no number. */
  readonly gpu: string;
  /** `NVIDIA H100 80GB HBM3` */
  readonly name: string | undefined;
  /** Milliseconds on the clock of the table, which need not be UTC: good for differences. */
  readonly clockMs: number;
  /** Seconds since 1970; NaN where the table has the time of an unknown zone, as that of nvidia-smi. */
  readonly time: number;
  /** Percent. */
  readonly util: number | undefined;
  readonly memGib: number | undefined;
  readonly totalGib: number | undefined;
  readonly powerW: number | undefined;
}

/** Reads the cells of a line; undefined when it is no sample. */
export type GpuTable = (cells: readonly string[]) => GpuSample | undefined;

/**
 * How to read a table with this header, of nvidia-smi or of rocm-smi with the time before each line; undefined when it is
 * none of these.
 */
export function readGpuTableHeader(header: readonly string[]): GpuTable | undefined {
  const names = header.map((cell) => cell.replace(/ \[.*\]$/, '').toLowerCase());
  const first = (fits: (name: string) => boolean): number => names.findIndex(fits);
  const named = (...wanted: readonly string[]): number =>
    wanted.map((name) => names.indexOf(name)).find((column) => column >= 0) ?? -1;
  const clock = named('timestamp', 'time');
  if (clock < 0) return undefined;
  const who = named('index', 'device', 'uuid', 'gpu_uuid', 'pci.bus_id', 'gpu_bus_id');
  const model = named('name', 'gpu_name');
  const util = named('utilization.gpu', 'gpu use (%)');
  const power = named('power.draw', 'power.draw.average', 'power.draw.instant');
  const powerColumn = power >= 0 ? power : first((name) => name.endsWith('power (w)'));
  const [memory, total] = [named('memory.used'), named('memory.total')];

  return (cells) => {
    const time = cells.length === header.length ? timeOf(cells[clock] ?? '') : undefined;
    if (time === undefined) return undefined;
    return {
      gpu: gpuName(cells[who] ?? '0'),
      name: cells[model] || undefined,
      ...time,
      util: quantity(cells[util], '%'),
      memGib: gib(cells[memory]),
      totalGib: gib(cells[total]),
      powerW: quantity(cells[powerColumn], 'W'),
    };
  };
}

function gpuName(text: string): string {
  const number = /^(?:card)?(\d+)$/.exec(text)?.[1];
  return number === undefined ? text : `gpu${number}`;
}

function timeOf(text: string): Pick<GpuSample, 'clockMs' | 'time'> | undefined {
  const local = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(text);
  const iso = local ? `${local[1]}-${local[2]}-${local[3]}T${local[4]}Z` : text;
  const clockMs = /^\d{4}-\d\d-\d\dT.*Z$/.test(iso) ? Date.parse(iso) : NaN;
  return Number.isNaN(clockMs) ? undefined : { clockMs, time: local ? NaN : clockMs / 1000 };
}

const MIB_OF_GIB = 1024;

function gib(cell: string | undefined): number | undefined {
  const mib = quantity(cell, 'MiB');
  return mib === undefined ? undefined : mib / MIB_OF_GIB;
}

/** `529 MiB`, or `529` if units are left out; `[N/A]` and anything else is no value. */
function quantity(cell: string | undefined, unit: string): number | undefined {
  const [, digits, written] = /^(\d+(?:\.\d+)?)(?: ?(%|[A-Za-z]+))?$/.exec(cell ?? '') ?? [];
  return digits === undefined || (written !== undefined && written !== unit) ? undefined : Number(digits);
}
