import { useCall } from '../../api/use-call.ts';
import { Loading } from '../../components/loading.tsx';
import { useActions } from '../../state/actions.ts';
import { useCommand } from '../../state/command.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { ExperimentHeader } from './experiment-header.tsx';
import styles from './experiment-page.module.css';
import { getListSettings } from './list-settings.ts';
import { hasUnread } from './shared/live-files.ts';
import { TABS, type ExperimentTab } from './tabs.ts';
import { UnknownExperiment } from './unknown-experiment.tsx';

/** Of the tabs, in the order of a keyboard. */
const DIGITS = '1234567890';

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
  // The tab Charts needs both, one after the other: asked together they take one way less. A run that goes on has its own names.
  const isSettled = shown.data === undefined || !hasUnread(shown.data);
  useCall('seriesNames', tab === 'charts' && isSettled ? { id } : undefined);
  const list = getListSettings(route.settings);
  const place = TABS.findIndex((each) => each.id === tab);
  const current = TABS[place];
  const open = (to: number): void => {
    const next = TABS[to];
    if (next !== undefined) go(toHref(['x', id, next.id], list));
  };
  useCommand(current?.command?.(id, route.settings));
  useActions([
    ...TABS.map((each, i) => ({ name: `${each.name} of the experiment`, keys: listKeys(each, i), act: () => open(i) })),
    { name: 'Tab before', keys: ['{'], isKeyOnly: true, act: () => open(place - 1) },
    { name: 'Next tab', keys: ['}'], isKeyOnly: true, act: () => open(place + 1) },
  ]);
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
            aria-keyshortcuts={listKeys(each, i).join(' ') || undefined}
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
        <div className={styles['tab']}>
          {shown.data ? <current.View id={id} shown={shown.data} /> : <Loading what={id} lines={8} />}
        </div>
      )}
    </article>
  );
}

function listKeys({ key }: ExperimentTab, place: number): string[] {
  return [DIGITS[place], key].filter((each) => each !== undefined);
}
