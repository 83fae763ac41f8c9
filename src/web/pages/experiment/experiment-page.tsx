import { useCall } from '../../api/use-call.ts';
import { Loading } from '../../components/loading.tsx';
import { useActions } from '../../state/actions.ts';
import { useCommand } from '../../state/command.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { ExperimentHeader } from './experiment-header.tsx';
import styles from './experiment-page.module.css';
import { getListSettings } from './list-settings.ts';
import { TABS } from './tabs.ts';
import { UnknownExperiment } from './unknown-experiment.tsx';

/** The keys 1 to 9. */
const MOST_KEYS = 9;

interface Props {
  readonly id: string;
  readonly tab: string;
}

/** One experiment: who and how it is, and a tab of all that is known of it. */
export function ExperimentPage({ id, tab }: Props) {
  // Another experiment is another page: nothing of the one before is shown under its name.
  return <Experiment key={id} id={id} tab={tab} />;
}

function Experiment({ id, tab }: Props) {
  const { route, go } = useRoute();
  const shown = useCall('show', { id });
  const list = getListSettings(route.settings);
  const current = TABS.find((each) => each.id === tab);
  useCommand(current?.command?.(id, route.settings));
  useActions(
    TABS.slice(0, MOST_KEYS).map((each, i) => ({
      name: `${each.name} of the experiment`,
      keys: [String(i + 1)],
      act: () => go(toHref(['x', id, each.id], list)),
    })),
  );
  if (shown.error !== null) return <UnknownExperiment id={id} error={shown.error} retry={() => void shown.refetch()} />;
  return (
    <article className={styles['page']} aria-busy={shown.isPending}>
      <ExperimentHeader id={id} shown={shown.data} />
      <nav aria-label="Parts of the experiment" className={styles['tabs']}>
        {TABS.map((each, i) => (
          <a
            key={each.id}
            href={toHref(['x', id, each.id], list)}
            aria-current={each === current ? 'page' : undefined}
            aria-keyshortcuts={i < MOST_KEYS ? String(i + 1) : undefined}
          >
            {each.name}
          </a>
        ))}
      </nav>
      {current === undefined ? (
        <p>
          An experiment has no tab of this name. <a href={toHref(['x', id], list)}>Overview</a>
        </p>
      ) : (
        <div>{shown.data ? <current.View id={id} shown={shown.data} /> : <Loading what={id} lines={8} />}</div>
      )}
    </article>
  );
}
