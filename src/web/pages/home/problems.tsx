import { commandOf } from '../../../core/command/command-of.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { SteadyButton } from '../../components/steady-button.tsx';
import styles from './home.module.css';

/** A damaged disk may leave thousands. */
const MOST = 20;

/** What is wrong with the record and the disk, with what to do; asked when the page is opened. */
export function Problems() {
  const answer = useCall('problems', {});
  if (answer.error !== null) return <ProblemView error={answer.error} retry={() => void answer.refetch()} />;
  if (answer.data === undefined || answer.data.length === 0) return null;
  const left = answer.data.length - MOST;
  return (
    <PartialStrip message={`${formatCount(answer.data.length, 'problem')} of the record or the disk`}>
      <ul className={styles['problems']}>
        {answer.data.slice(0, MOST).map(({ what, fix }) => (
          <li key={what}>
            {what}
            {fix?.startsWith('sheaf ') ? <CommandLine line={fix} /> : fix && <p>{fix}</p>}
          </li>
        ))}
      </ul>
      {left > 0 && <p>{formatCount(left, 'more problem')} not shown.</p>}
      <p>To check everything, and repair what can be repaired:</p>
      <CommandLine line={commandOf({ command: 'doctor' })} />
      <SteadyButton isOff={answer.isFetching} onPress={() => void answer.refetch()}>
        Check again
      </SteadyButton>
    </PartialStrip>
  );
}
