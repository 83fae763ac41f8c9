import type { Advice } from './advice.ts';
import { useCall } from '../../api/use-call.ts';
import { MEASURED_ERROR } from './measured-error.ts';

const { trainings, median, nineOfTen, lowest, highest } = MEASURED_ERROR;
const MEASURED =
  `of ${trainings} measured trainings, half were off by at most ${median} %, nine in ten by at most ${nineOfTen} %, ` +
  `all by ${lowest} % to ${highest} %`;

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
