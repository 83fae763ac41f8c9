import { useStoredSetting } from '../../state/stored-setting.ts';
import type { Compared } from '../../../server/index.ts';
import { readChartSettings, writeRange } from '../../components/chart-panels/chart-settings.ts';
import type { ChangeSettings } from '../../components/chart-panels/chart-toolbar.tsx';
import { MetricCharts } from '../../components/chart-panels/metric-charts.tsx';
import type { ComparedRun } from './compare-address.ts';
import { ComparedChart } from './compared-chart.tsx';

/** The curves of the experiments over each other, a chart for each metric. */
export function ComparedCharts({
  compared: { metrics },
  runs,
  settings,
  change,
  onHide,
}: {
  readonly compared: Compared;
  readonly runs: readonly ComparedRun[];
  readonly settings: URLSearchParams;
  readonly change: ChangeSettings;
  readonly onHide: (expId: string) => void;
}) {
  const look = readChartSettings(settings);
  const [kept, keep] = useStoredSetting('pinned.compare', '');
  const names = metrics.filter(({ seriesCount }) => seriesCount > 0).map(({ name }) => name);
  if (names.length === 0) return <p>None of them has harvested values over steps.</p>;
  const pinned = kept.split('\n').filter((name) => names.includes(name));
  const pin = (metric: string): void =>
    keep((pinned.includes(metric) ? pinned.filter((each) => each !== metric) : [...pinned, metric]).join('\n'));
  return (
    <MetricCharts names={names} pinned={pinned} onPin={pin} look={look} change={change}>
      {(metric) => (
        <ComparedChart
          metric={metric}
          runs={runs}
          look={look}
          onZoom={(range) => change(writeRange(range))}
          onHide={onHide}
        />
      )}
    </MetricCharts>
  );
}
