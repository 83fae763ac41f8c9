import { formatCount } from './phrases.ts';

/** What jobs take at most. Undefined: it is unknown, as a time limit is missing or options of sbatch decide. */
interface Hours {
  /** 0 if no job asks for GPUs. */
  readonly gpuHours?: number;
  /** Of the jobs without GPUs; 0 if there are none. */
  readonly cpuHours?: number;
}

/** `1.5 GPU hours`; less than one in minutes: `2 CPU minutes`. */
export function formatProcessorTime(hours: number, processor: 'GPU' | 'CPU'): string {
  if (hours >= 1) return formatCount(Math.round(hours * 10) / 10, `${processor} hour`);
  return formatCount(Math.max(1, Math.round(hours * 60)), `${processor} minute`);
}

/** `12 jobs, at most 96 GPU hours`. Jobs without GPUs are counted in CPU hours. */
export function describePrice({ jobs, gpuHours, cpuHours }: Hours & { readonly jobs: number }): string {
  const parts = [
    describe(gpuHours, 'GPU'),
    ...(gpuHours === 0 ? ['no GPUs'] : []),
    ...(jobs === 0 ? [] : [describe(cpuHours, 'CPU')]),
  ];
  return [formatCount(jobs, 'job'), ...parts.filter((part) => part !== undefined)].join(', ');
}

function describe(hours: number | undefined, processor: 'GPU' | 'CPU'): string | undefined {
  if (hours === undefined)
    return `${processor} hours unknown (no time limit, or options of sbatch ask for ${processor}s)`;
  return hours === 0 ? undefined : `at most ${formatProcessorTime(hours, processor)}`;
}
