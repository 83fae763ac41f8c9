import type { Advice } from './advice.ts';
import { useCall } from '../../api/use-call.ts';

/**
 * How far estimates of memory were off on 75 configurations that were measured on an H100: docs/advisor.md, "Accuracy", by
 * `npm run bench:memory`.
 */
const MEASURED =
  'of 75 measured trainings, half were off by at most 2.0 %, nine in ten by at most 8.8 %, the worst by +23.8 %';

/** How far the memory may be off: by measured runs, and by how earlier estimates of this project came true. */
export function MemoryError({ advice: { choices } }: { readonly advice: Advice }) {
  const record = useCall('trackRecord', {});
  const own = record.data?.kinds.find(({ of }) => of === 'memory');
  const basis = choices[0]?.memory.basis ?? '';
  if (!choices.some(({ parts_gib: parts }) => parts !== null)) return null;
  return (
    <p>
      {basis.startsWith('measured:')
        ? 'The memory was measured, not estimated.'
        : `How far the estimate may be off: ${MEASURED} (H100, PyTorch 2.11).`}{' '}
      {own === undefined || own.p90_held === null
        ? 'No estimate of this project has been compared with a measured peak yet.'
        : `In this project, ${own.p90_held.held} of ${own.p90_held.of} measured peaks were at most the estimate${
            own.median_factor === null ? '' : `; the median was ${own.median_factor.toFixed(2)} × the estimate`
          }.`}
    </p>
  );
}
