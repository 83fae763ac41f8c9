import { formatCount } from '../../core/text/phrases.ts';
import type { Api } from '../../server/index.ts';
import { formatValue } from './numbers.ts';

/** What GPU hours count. */
export const GPU_HOURS_MEANING =
  'The GPUs that attempts asked for, times the hours that they ran. Attempts that run count until now.';

/** What a metric of usage is: `CPU`, `memory`, `GPU 0 memory`. */
export function nameUsage(metric: string): string {
  const [, gpu, what] = /^gpu(\d+)\/(\w+)$/.exec(metric) ?? [];
  if (gpu !== undefined) return `GPU ${gpu} ${what}`;
  return metric === 'cpu' ? 'CPU' : metric;
}

/** `12.5 in 3 attempts; unknown for 1 more`; undefined if no attempt ran with GPUs. */
export function describeGpuHours({ hours, attempts, unknown }: Api['gpuHours']['answer']): string | undefined {
  if (attempts + unknown === 0) return undefined;
  if (attempts === 0) return `unknown for ${formatCount(unknown, 'attempt')}`;
  const known = `${formatValue(hours)} in ${formatCount(attempts, 'attempt')}`;
  return unknown === 0 ? known : `${known}; unknown for ${formatCount(unknown, 'more', 'more')}`;
}
