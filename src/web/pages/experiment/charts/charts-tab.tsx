import { getAxisMetric, isTimeAxis } from '../../../../core/curves/axis.ts';
import { commandOf } from '../../../../core/command/command-of.ts';
import { useCall } from '../../../api/use-call.ts';
import { readChartSettings, writeRange, type ChartSettings } from '../../../components/chart-panels/chart-settings.ts';
import { SystemCharts } from '../../../components/chart-panels/system-charts.tsx';
import { MetricCharts } from '../../../components/chart-panels/metric-charts.tsx';
import { groupMetrics } from '../../../components/chart-panels/metric-sections.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { useCommand } from '../../../state/command.ts';
import { useStoredSetting } from '../../../state/stored-setting.ts';
import { listPinned, togglePinned } from '../../../state/pinned-metrics.ts';
import { useSettings } from '../../../state/use-setting.ts';
import { hasUnread, useLiveFiles } from '../shared/live-files.ts';
import type { TabProps } from '../shared/tab-props.ts';
import { MetricChart } from './metric-chart.tsx';

/** The values of each metric over steps or time; of a running experiment as they come. */
export function ChartsTab({ id, shown }: TabProps) {
  const isLive = hasUnread(shown);
  const names = useCall('seriesNames', isLive ? { id, live: true } : { id });
  useLiveFiles(id, isLive);
  if (names.error !== null) return <ProblemView error={names.error} retry={() => void names.refetch()} />;
  if (names.data === undefined) return <Loading what="the names of its metrics" lines={12} />;
  if (names.data.length === 0) return <NoSeries id={id} shown={shown} />;
  return <Charts id={id} shown={shown} names={names.data} isLive={isLive} />;
}

interface ChartsProps extends TabProps {
  readonly names: readonly string[];
  readonly isLive: boolean;
}

function Charts({ id, shown, names, isLive }: ChartsProps) {
  const [settings, change] = useSettings();
  const look = readChartSettings(settings);
  const [kept, keep] = useStoredSetting(`pinned.${shown.template}`, '');
  const pinned = listPinned(kept, names);
  const [first] = groupMetrics(names, pinned, look.search);
  useCommand(chartsCommand(id, isLive, look, first?.names[0] ?? names[0]));
  return (
    <>
      {isLive && shown.active.status !== 'running' && (
        <>
          <p>These values are from the files of the run. This command harvests them:</p>
          <CommandLine line={commandOf({ command: 'harvest', ids: [id] })} />
        </>
      )}
      <MetricCharts
        names={names}
        pinned={pinned}
        onPin={(metric) => keep(togglePinned(kept, metric))}
        saved={isLive ? [] : [id]}
        look={look}
        change={change}
      >
        {(metric) => (
          <MetricChart
            id={id}
            metric={metric}
            isLive={isLive}
            look={look}
            onZoom={(range) => change(writeRange(range, look.x))}
          />
        )}
      </MetricCharts>
      {look.hasSystem && (
        <SystemCharts ids={[id]} lineOf={lineOfOne} look={look} onZoom={(range) => change(writeRange(range, look.x))} />
      )}
    </>
  );
}

/** One colour for all: attempts are told apart by their seams. */
function lineOfOne(): { readonly name: string; readonly slot: number } {
  return { name: 'used', slot: 1 };
}

/** What draws the first chart in a terminal; before its values are harvested there is nothing to draw. */
function chartsCommand(id: string, isLive: boolean, { x, scale, smoothing }: ChartSettings, metric = ''): string {
  if (isLive) return commandOf({ command: 'harvest', ids: [id], live: true });
  const over = getAxisMetric(x);
  return commandOf({
    command: 'plot',
    metric,
    ids: [id],
    ...(isTimeAxis(x) && { x }),
    ...(over !== undefined && { x: `results.${over}` }),
    ...(scale === 'log' && { logY: true }),
    ...(scale === 'symlog' && { symlogY: true }),
    ...(smoothing > 0 && { smooth: smoothing }),
    terminal: true,
  });
}

function NoSeries({ id, shown }: TabProps) {
  if (shown.attempts.every(({ started_at: started }) => started === null))
    return <Empty why="No values yet: the experiment has not run." />;
  if (shown.without_rules) {
    return (
      <Empty why="Its template has no rules for what to read from a run. This command proposes some:">
        <CommandLine line={commandOf({ command: 'harvest', ids: [id], discover: true })} />
      </Empty>
    );
  }
  if (shown.active.status === 'running') return <Empty why="It has not written values yet. They appear here." />;
  return (
    <Empty why="Its harvest rules found no values over steps. This command shows what its files have:">
      <CommandLine line={commandOf({ command: 'harvest', ids: [id], discover: true })} />
    </Empty>
  );
}
