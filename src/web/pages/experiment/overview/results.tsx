import { useDeferredValue, useState } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import type { MetricJson, ShowJson } from '../../../../json/index.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { SearchField } from '../../../components/search-field.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { describeSource, formatMetric } from '../../../format/metric-words.ts';
import { useStoredSetting } from '../../../state/stored-setting.ts';
import { listFirst, listPinned, togglePinned } from '../../../state/pinned-metrics.ts';
import { loadLater } from '../../../components/load-later.tsx';
import { describePartial } from './describe-partial.ts';
import styles from './results.module.css';

/** With what reads curves. */
const LiveValues = loadLater(async () => (await import('./live-values.tsx')).LiveValues, null);

/** A search is worth its place from here on. */
const MANY = 15;

/** What came out, with the definition of each value, and how old the values are. */
export function Results({ id, shown }: { readonly id: string; readonly shown: ShowJson }) {
  const names = Object.keys(shown.results);
  const [kept, keep] = useStoredSetting(`pinned.${shown.template}`, '');
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.toLowerCase());
  const found = Object.entries(shown.results).filter(([name]) => name.toLowerCase().includes(wanted));
  const pinned = new Set(listPinned(kept, names));
  return (
    <section aria-labelledby="results">
      <h2 id="results">Results</h2>
      {shown.active.status === 'running' && <LiveValues id={id} kept={kept} />}
      <ResultsAge id={id} shown={shown} />
      <Missing missing={shown.missing} />
      {shown.results_notes.length > 0 && <PartialStrip message="About these values" list={shown.results_notes} />}
      <ul className={styles['first']} aria-label="First metrics">
        {listFirst(kept, names).map((name) => (
          <First key={name} name={name} metric={shown.results[name]} />
        ))}
      </ul>
      {names.length > MANY && (
        <Toolbar>
          <SearchField label="Search metrics" text={search} onChange={setSearch} />
          <span>{formatCount(found.length, 'metric')}</span>
        </Toolbar>
      )}
      {found.length > 0 && (
        <PlainTable
          label="Results"
          noun="metric"
          rows={found}
          keyOf={([name]) => name}
          columns={[
            { name: 'metric', cell: ([name]) => name },
            { name: 'value', isNumber: true, cell: ([, metric]) => <Value metric={metric} /> },
            { name: 'unit', cell: ([, { unit }]) => unit },
            { name: 'better', cell: ([, { mode }]) => mode && (mode === 'max' ? 'higher' : 'lower') },
            { name: 'how it was chosen', cell: ([, metric]) => describeSource(metric) },
            { name: 'note', cell: ([, { note }]) => note },
            {
              name: 'pin',
              cell: ([name]) => (
                <button
                  type="button"
                  aria-pressed={pinned.has(name)}
                  aria-label={`Pin ${name}`}
                  onClick={() => keep(togglePinned(kept, name))}
                >
                  {pinned.has(name) ? '★' : '☆'}
                </button>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function First({ name, metric }: { readonly name: string; readonly metric: MetricJson | undefined }) {
  if (metric === undefined) return null;
  const { mode, source } = metric;
  const step = source.step === null ? '' : `at step ${source.step}`;
  return (
    <li>
      <span className={styles['name']}>{name}</span>
      <span className={styles['value']}>
        <Value metric={metric} /> {metric.unit}
      </span>
      <span className={styles['name']}>
        {[step, mode === null ? '' : `${mode === 'max' ? 'higher' : 'lower'} is better`].filter(Boolean).join(', ')}
      </span>
    </li>
  );
}

function Value({ metric }: { readonly metric: MetricJson }) {
  return <span title={String(metric.nonfinite ?? metric.value)}>{formatMetric(metric)}</span>;
}

/** How old the values are, or why there are none. */
function ResultsAge({ id, shown }: { readonly id: string; readonly shown: ShowJson }) {
  const { harvested_at: at, results_are_old: isOld, partial, active } = shown;
  if (at !== null) {
    return (
      <>
        <p>
          Read <Moment at={at} />
          {partial && describePartial(shown.attempts, at)}
          {isOld && '; it ran again since. This command reads them again:'}
        </p>
        {isOld && <CommandLine line={commandOf({ command: 'harvest', ids: [id] })} />}
      </>
    );
  }
  if (shown.attempts.every(({ started_at: started }) => started === null))
    return <Empty why="No results yet: the experiment has not run." />;
  if (shown.without_rules) {
    return (
      <Empty why="Its template has no rules for what to read from a run. This command proposes some:">
        <CommandLine line={commandOf({ command: 'harvest', ids: [id], discover: true })} />
      </Empty>
    );
  }
  return (
    <Empty why="The results have not been read yet. This command reads them:">
      <CommandLine line={commandOf({ command: 'harvest', ids: [id], live: active.status === 'running' })} />
    </Empty>
  );
}

function Missing({ missing }: { readonly missing: ShowJson['missing'] }) {
  const all = Object.entries(missing);
  if (all.length === 0) return null;
  const list = all.map(([name, { said, fix }]) => `${name}: ${said}${fix === null ? '' : `. ${fix}`}`);
  return <PartialStrip message={`${formatCount(all.length, 'metric is', 'metrics are')} missing`} list={list} />;
}
