import { useDeferredValue, useState, type ReactNode } from 'react';
import { formatCount } from '../../../core/text/phrases.ts';
import { describeSmoothing } from '../charts/chart-words.ts';
import { useChartKeys } from '../charts/use-chart-keys.ts';
import { SaveButton } from '../saving/save-button.tsx';
import { callApi } from '../../api/call-api.ts';
import { Empty } from '../empty.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './chart-panels.module.css';
import type { ChartSettings } from './chart-settings.ts';
import { ChartToolbar, type ChangeSettings } from './chart-toolbar.tsx';
import { cutSections, groupMetrics } from './metric-sections.ts';

/** So many panels are there at first: a search is quicker than to scroll through more. */
const USUAL_PANELS = 100;

/** A chart of each metric, in sections by the beginning of their names, under what they have in common. */
export function MetricCharts({
  names,
  pinned,
  onPin,
  saved,
  look,
  change,
  children,
}: {
  readonly names: readonly string[];
  readonly pinned: readonly string[];
  readonly onPin: (metric: string) => void;
  /** Experiments whose harvested values can be saved. */
  readonly saved: readonly string[];
  readonly look: ChartSettings;
  readonly change: ChangeSettings;
  /** The chart of a metric. */
  readonly children: (metric: string) => ReactNode;
}) {
  useChartKeys();
  const search = useDeferredValue(look.search);
  const [most, setMost] = useState(USUAL_PANELS);
  const sections = groupMetrics(names, pinned, search);
  const found = sections.reduce((sum, section) => sum + section.names.length, 0);
  return (
    <>
      <ChartToolbar look={look} counts={[found, names.length]} names={names} change={change} />
      {found === 0 && (
        <Empty why={`None of ${formatCount(names.length, 'metric')} has "${search}" in its name.`}>
          <button type="button" onClick={() => change({ m: undefined })}>
            Show all
          </button>
        </Empty>
      )}
      {cutSections(sections, most).map((section) => (
        <section key={section.title} aria-label={section.title}>
          <h2>{section.title}</h2>
          <ul className={styles['panels']}>
            {section.names.map((metric) => (
              <ChartPanel
                key={metric}
                metric={metric}
                note={look.smoothing > 0 ? describeSmoothing(look.smoothing) : undefined}
                tools={
                  <span className={styles['tools']}>
                    {saved.length > 0 && <SaveCsv metric={metric} ids={saved} look={look} />}
                    <Pin metric={metric} isPinned={pinned.includes(metric)} onPin={onPin} />
                  </span>
                }
              >
                {() => children(metric)}
              </ChartPanel>
            ))}
          </ul>
        </section>
      ))}
      {found > most && (
        <p>
          {formatCount(found - most, 'metric')} more{' '}
          <button type="button" onClick={() => setMost(found)}>
            Show all
          </button>
        </p>
      )}
    </>
  );
}

/** Saves every point of what a chart shows. */
function SaveCsv({
  metric,
  ids,
  look: { x, range, smoothing },
}: {
  readonly metric: string;
  readonly ids: readonly string[];
  readonly look: ChartSettings;
}) {
  return (
    <SaveButton
      name={`${metric.replaceAll('/', '_')}.csv`}
      text="CSV"
      load={() => callApi('curvesCsv', { ids, metric, x, ...range, ...(smoothing > 0 && { smoothing }) })}
    />
  );
}

function Pin({
  metric,
  isPinned,
  onPin,
}: {
  readonly metric: string;
  readonly isPinned: boolean;
  readonly onPin: (metric: string) => void;
}) {
  return (
    <button type="button" aria-pressed={isPinned} aria-label={`Pin ${metric}`} onClick={() => onPin(metric)}>
      {isPinned ? '★' : '☆'}
    </button>
  );
}
