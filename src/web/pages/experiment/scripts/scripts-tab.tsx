import { useCall } from '../../../api/use-call.ts';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { Choice } from '../shared/choice.tsx';
import { useSetting } from '../../../state/use-setting.ts';
import { Script } from '../../../components/differences/script.tsx';
import type { TabProps } from '../shared/tab-props.ts';
import { SubmitLine } from './submit-line.tsx';

/** Exactly what was submitted, attempt by attempt, and what differs between two; before that, what a submit would send. */
export function ScriptsTab({ id, shown }: TabProps) {
  const names = shown.attempts.map(({ stage, attempt }) => `${stage}-${attempt}`);
  const [attempt, setAttempt] = useSetting('attempt', names.at(-1));
  const [against, setAgainst] = useSetting('against', undefined);
  if (attempt === undefined) return <Planned id={id} />;
  return (
    <>
      <Toolbar>
        <label>
          Attempt <Choice names={names} current={attempt} onChange={setAttempt} />
        </label>
        {names.length > 1 && (
          <label>
            Compare with{' '}
            <Choice
              names={names.filter((name) => name !== attempt)}
              current={against}
              none="none"
              onChange={setAgainst}
            />
          </label>
        )}
      </Toolbar>
      <AttemptScripts id={id} attempt={attempt} against={against} />
    </>
  );
}

function AttemptScripts({
  id,
  attempt,
  against,
}: {
  readonly id: string;
  readonly attempt: string;
  readonly against: string | undefined;
}) {
  const scripts = useCall('attemptScripts', { id, attempt });
  const before = useCall('attemptScripts', against === undefined ? undefined : { id, attempt: against });
  const error = scripts.error ?? before.error;
  if (error !== null) return <ProblemView error={error} retry={() => void scripts.refetch()} />;
  if (scripts.data === undefined || (against !== undefined && before.data === undefined)) {
    return <Loading what="the scripts" lines={12} />;
  }
  const other = against === undefined ? undefined : before.data;
  return (
    <>
      <SubmitLine scripts={scripts.data} />
      <Script
        name="run.sh"
        text={scripts.data.run ?? null}
        before={other?.run}
        gone="The job has not made it yet, or it was deleted."
      />
      <Script name="job.sbatch" text={scripts.data.script ?? null} before={other?.script} gone="It was deleted." />
    </>
  );
}

/** What the next submit would send. */
function Planned({ id }: { readonly id: string }) {
  const scripts = useCall('scripts', { id });
  if (scripts.error !== null) return <ProblemView error={scripts.error} retry={() => void scripts.refetch()} />;
  if (scripts.data === undefined) return <Loading what="the scripts" lines={12} />;
  return (
    <>
      <p>Nothing has been submitted. A submit would send this now:</p>
      {scripts.data.map(({ stage, script, run }) => (
        <div key={stage}>
          <Script name={`run.sh of ${stage}`} text={run} gone="The job makes it." />
          <Script name={`job.sbatch of ${stage}`} text={script} gone="It was deleted." />
        </div>
      ))}
    </>
  );
}
