import { useMemo } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { loadLater } from '../../components/load-later.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { useSettings } from '../../state/use-setting.ts';
import { addIds, writeSelection, type Selection } from '../experiments/selection/selection.ts';
import { AddRun } from './add-run.tsx';
import { listRuns, readCompareAddress } from './compare-address.ts';
import { ComparedMetrics } from './compared-metrics.tsx';
import { ComparedParameters } from './compared-parameters.tsx';
import { FirstCurves, listCharted } from './first-curves.tsx';
import { RunList } from './run-list.tsx';
import styles from './compare-page.module.css';

/** With the library that draws, which comes while the experiments are asked for. */
const charts = import('./compared-charts.tsx');
const ComparedCharts = loadLater(async () => (await charts).ComparedCharts, 'the charts');
const Differences = loadLater(
  async () => (await import('../../components/differences/differences.tsx')).Differences,
  'what went in',
);

const NOBODY: readonly string[] = [];

/** Experiments side by side: in what they differ, what came out, and their curves over each other. */
export function ComparePage() {
  const [settings, change] = useSettings();
  const address = useMemo(() => readCompareAddress(settings), [settings]);
  const { selection, allValues, hidden, unknown } = address;
  const isFew = selection.kind === 'ids' && selection.ids.length < 2;
  const chosen = selection.kind === 'ids' ? { ids: selection.ids } : { where: selection.where };
  const answer = useCall('compare', isFew ? undefined : { ...chosen, allValues }, { keepsFormer: true });
  const compared = isFew ? undefined : answer.data;
  const named = selection.kind === 'ids' ? selection.ids : (compared?.expIds ?? NOBODY);
  const runs = useMemo(() => listRuns(compared?.expIds ?? named, address), [compared, named, address]);
  const charted = useMemo(() => (compared === undefined ? [] : listCharted(compared)), [compared]);
  useCommand(isFew ? undefined : commandOf({ command: 'compare', ...chosen, allValues }));

  const select = (next: Selection): void => change({ sel: writeSelection(next) });
  const remove = (expId: string): void => select({ kind: 'ids', ids: named.filter((id) => id !== expId) });
  const toggle = (expId: string): void =>
    change({ h: (hidden.includes(expId) ? hidden.filter((id) => id !== expId) : [...hidden, expId]).join(',') });
  const [baseline, other] = runs.toSorted((a, b) => Number(b.isBaseline) - Number(a.isBaseline));
  return (
    <div className={styles['page']}>
      {charted.length > 0 && <FirstCurves names={charted} runs={runs} settings={settings} />}
      <PageHeading title="Compare" />
      {unknown.length > 0 && (
        <PartialStrip message={`Parts of this address mean nothing here: ${unknown.join(', ')}`} />
      )}
      {compared?.warnings.map((warning) => (
        <PartialStrip key={warning} message={warning} />
      ))}
      <section aria-labelledby="experiments">
        <h2 id="experiments">{formatCount(runs.length, 'experiment')}</h2>
        <RunList
          runs={runs}
          statuses={compared?.statuses}
          onBaseline={(expId) => change({ r: expId })}
          onHide={toggle}
          onRemove={remove}
        />
        {isFew && (
          <Empty
            why={`${named.length === 0 ? 'No experiment is' : 'Only one experiment is'} selected. To compare, add one here by its name, or select two or more in the list and press Compare.`}
          />
        )}
        <AddRun
          onAdd={(expId) => select(addIds({ kind: 'ids', ids: named }, [expId]))}
          takesFocus={named.length === 1}
        />
      </section>
      {answer.error !== null && !isFew && <ProblemView error={answer.error} retry={() => void answer.refetch()} />}
      {compared === undefined && !isFew && answer.error === null && <Loading what="what they have" lines={12} />}
      {compared !== undefined && answer.error === null && (
        <div aria-busy={answer.isPlaceholderData}>
          <ComparedParameters
            compared={compared}
            runs={runs}
            allValues={allValues}
            onAllValues={(isOn) => change({ all: isOn ? 'on' : undefined })}
          />
          <ComparedMetrics compared={compared} runs={runs} />
          <section aria-label="Curves">
            <h2>Curves</h2>
            <ComparedCharts compared={compared} runs={runs} settings={settings} change={change} onHide={toggle} />
          </section>
          {runs.length === 2 && baseline !== undefined && other !== undefined && (
            <section aria-label="Code, data and environment">
              <h2>Code, data and environment</h2>
              <Differences a={baseline.expId} b={other.expId} hasParameters={false} />
            </section>
          )}
        </div>
      )}
    </div>
  );
}
