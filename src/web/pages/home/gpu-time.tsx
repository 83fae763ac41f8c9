import { useCall } from '../../api/use-call.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { Popover } from '../../components/popover.tsx';
import { describeGpuHours, GPU_HOURS_MEANING } from '../../format/gpu-words.ts';
import styles from './home.module.css';

const DAYS = 7;

const MEANING =
  `${GPU_HOURS_MEANING} Only what is within the last ${DAYS} days counts, also of archived experiments. ` +
  'Unknown: options of sbatch ask for the GPUs, or nothing says when the attempt started.';

/** The GPU hours of the last days; nothing if no attempt ran with GPUs. */
export function GpuTime() {
  const answer = useCall('gpuHours', { days: DAYS });
  if (answer.error !== null) return <ProblemView error={answer.error} retry={() => void answer.refetch()} />;
  const words = answer.data && describeGpuHours(answer.data);
  if (words === undefined) return null;
  return (
    <p>
      GPU hours of the last {DAYS} days:{' '}
      <Popover className={styles['meaning']} label={words} title="What counts as GPU hours">
        {MEANING}
      </Popover>
    </p>
  );
}
