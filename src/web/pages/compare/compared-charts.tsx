import { useCallback, useMemo } from 'react';
import type { Compared } from '../../../server/index.ts';
import { readChartSettings, writeRange } from '../../components/chart-panels/chart-settings.ts';
import type { ChangeSettings } from '../../components/chart-panels/chart-toolbar.tsx';
import { MetricCharts } from '../../components/chart-panels/metric-charts.tsx';
import { SystemCharts } from '../../components/chart-panels/system-charts.tsx';
import type { ComparedRun } from './compare-address.ts';
import { ComparedChart } from './compared-chart.tsx';
import { listCharted, usePinned } from './first-curves.tsx';

interface ComparedChartsProps {
  readonly runs: readonly ComparedRun[];
  readonly settings: URLSearchParams;
  readonly change: ChangeSettings;
  readonly onHide: (expId: string) => void;
}

/** The curves of the experiments over each other, a chart for each metric. */
export function ComparedCharts({ compared, ...props }: ComparedChartsProps & { readonly compared: Compared }) {
  const names = listCharted(compared);
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
  const [pinned, keep] = usePinned(names);
  const pin = (metric: string): void =>
    keep(pinned.includes(metric) ? pinned.filter((each) => each !== metric) : [...pinned, metric]);
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
