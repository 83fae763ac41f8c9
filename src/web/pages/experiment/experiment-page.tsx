import { Suspense } from 'react';
import { useCall } from '../../api/use-call.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { ExperimentHeader } from './experiment-header.tsx';
import styles from './experiment-page.module.css';
import { TABS } from './tabs.ts';
import { UnknownExperiment } from './unknown-experiment.tsx';

/** One experiment: who and how it is, and a tab of all that is known of it. */
export function ExperimentPage({ id, tab }: { readonly id: string; readonly tab: string }) {
  const { route } = useRoute();
  const shown = useCall('show', { id });
  const list = Object.fromEntries(route.settings);
  if (shown.error !== null) return <UnknownExperiment id={id} error={shown.error} retry={() => void shown.refetch()} />;
  const current = TABS.find((each) => each.id === tab);
  return (
    <article className={styles['page']} aria-busy={shown.isPending}>
      <ExperimentHeader id={id} shown={shown.data} />
      <nav aria-label="Parts of the experiment" className={styles['tabs']}>
        {TABS.map((each, i) => (
          <a
            key={each.id}
            href={toHref(['x', id, each.id], list)}
            aria-current={each === current ? 'page' : undefined}
            aria-keyshortcuts={i < 9 ? String(i + 1) : undefined}
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
        <Suspense>{shown.data && <current.View id={id} shown={shown.data} />}</Suspense>
      )}
    </article>
  );
}
