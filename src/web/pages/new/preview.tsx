import type { Api } from '../../../server/index.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { PlanView } from '../../components/actions/plan-view.tsx';
import { Script } from '../../components/differences/script.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useRested } from '../../state/use-rested.ts';

/** Nothing is asked before someone has stopped typing for this long, milliseconds: the scheduler is asked, too. */
const REST_MS = 600;

/** What a form would make and submit: differences, count, price, limits, and the scripts. */
export function Preview({ action }: { readonly action: Api['preview']['request']['action'] }) {
  const asked = JSON.stringify(action);
  const rested = useRested(asked, REST_MS);
  const preview = useCall('preview', { action: JSON.parse(rested) as typeof action }, { keepsFormer: true });
  if (preview.error !== null) return <ProblemView error={preview.error} retry={() => void preview.refetch()} />;
  if (preview.data === undefined) return <Loading what="what it would submit" lines={8} />;
  const { title, scripts, scriptsOf, count } = preview.data;
  return (
    <section aria-label="What it would submit" aria-busy={preview.isPlaceholderData || rested !== asked}>
      <h2>{title}</h2>
      <PlanView plan={preview.data} />
      {count > 1 && scripts.length > 0 && (
        <p>
          These are the scripts of {scriptsOf}. Those of {formatCount(count - 1, 'other run')} differ in names,
          parameters and what follows from these.
        </p>
      )}
      {scripts.map(({ stage, script, run }) => (
        <div key={stage}>
          <Script name={`run.sh of ${stage}`} text={run ?? null} gone="The job makes it." />
          <Script name={`job.sbatch of ${stage}`} text={script ?? null} gone="The job makes it." />
        </div>
      ))}
    </section>
  );
}
