import { usePrefetchQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Compared } from '../../../server/index.ts';
import { callOptions } from '../../api/use-call.ts';
import { readChartSettings, writeRange } from '../../components/chart-panels/chart-settings.ts';
import type { ChangeSettings } from '../../components/chart-panels/chart-toolbar.tsx';
import { MetricCharts } from '../../components/chart-panels/metric-charts.tsx';
import { SystemCharts } from '../../components/chart-panels/system-charts.tsx';
import { groupMetrics } from '../../components/chart-panels/metric-sections.ts';
import { useStoredSetting } from '../../state/stored-setting.ts';
import type { ComparedRun } from './compare-address.ts';
import { askFor, ComparedChart } from './compared-chart.tsx';

interface ComparedChartsProps {
  readonly runs: readonly ComparedRun[];
  readonly settings: URLSearchParams;
  readonly change: ChangeSettings;
  readonly onHide: (expId: string) => void;
}

/** The curves of the experiments over each other, a chart for each metric. */
export function ComparedCharts({
  compared: { metrics },
  ...props
}: ComparedChartsProps & { readonly compared: Compared }) {
  const names = metrics.filter(({ seriesCount }) => seriesCount > 0).map(({ name }) => name);
  return names.length === 0 ? (
    <p>None of them has harvested values over steps.</p>
  ) : (
    <Charts names={names} {...props} />
  );
}

function Charts({
  names,
  runs,
  settings,
  change,
  onHide,
}: ComparedChartsProps & {
  readonly names: readonly string[];
}) {
  const look = readChartSettings(settings);
  const [kept, keep] = useStoredSetting('pinned.compare', '');
  const pinned = kept.split('\n').filter((name) => names.includes(name));
  const pin = (metric: string): void =>
    keep((pinned.includes(metric) ? pinned.filter((each) => each !== metric) : [...pinned, metric]).join('\n'));
  const [section] = groupMetrics(names, pinned, look.search);
  // The first chart has its curves on their way while the browser lays out the tables above it.
  usePrefetchQuery(callOptions('curves', askFor(section?.names[0] ?? names[0] ?? '', runs, look).first));
  const shown = useMemo(() => runs.filter(({ isHidden }) => !isHidden), [runs]);
  const lineOf = useCallback(
    (expId: string) => ({ name: expId, slot: shown.find((run) => run.expId === expId)?.slot ?? 0 }),
    [shown],
  );
  return (
    <>
      <MetricCharts
        names={names}
        pinned={pinned}
        onPin={pin}
        saved={shown.map(({ expId }) => expId)}
        look={look}
        change={change}
      >
        {(metric) => (
          <ComparedChart
            metric={metric}
            runs={runs}
            look={look}
            onZoom={(range) => change(writeRange(range, look.x))}
            onHide={onHide}
          />
        )}
      </MetricCharts>
      {look.hasSystem && (
        <SystemCharts
          ids={shown.map(({ expId }) => expId)}
          lineOf={lineOf}
          look={look}
          onZoom={(range) => change(writeRange(range, look.x))}
        />
      )}
    </>
  );
}
