import { usePrefetchQuery } from '@tanstack/react-query';
import type { Api, Compared } from '../../../server/index.ts';
import { callOptions } from '../../api/use-call.ts';
import { readChartSettings, type ChartSettings } from '../../components/chart-panels/chart-settings.ts';
import { groupMetrics } from '../../components/chart-panels/metric-sections.ts';
import { useStoredSetting } from '../../state/stored-setting.ts';
import type { ComparedRun } from './compare-address.ts';

/** Of a curve: about one for each pixel of a panel. */
const FINE = 512;
/** Enough for a first shape. */
const COARSE = 128;
/** Fewer curves are there at once as finely as they are drawn. */
const MANY = 16;

type CurvesRequest = Api['curves']['request'];

/** What the chart of a metric asks for at first, and what it draws in the end: of a few curves at once. */
export function askForCurves(
  metric: string,
  runs: readonly ComparedRun[],
  { x, range }: Pick<ChartSettings, 'x' | 'range'>,
): { readonly isMany: boolean; readonly first: CurvesRequest; readonly fine: CurvesRequest } {
  const isMany = runs.length > MANY;
  // What a line needs is half of the whole.
  const part = { ids: runs.map(({ expId }) => expId), metrics: [metric], x, ...range, whole: !isMany };
  const fine = { ...part, buckets: FINE };
  return { isMany, first: isMany ? { ...part, buckets: COARSE } : fine, fine };
}

/** The metrics that have charts. */
export function listCharted({ metrics }: Compared): string[] {
  return metrics.filter(({ seriesCount }) => seriesCount > 0).map(({ name }) => name);
}

/** The metrics that come first, and how to change them: in one setting of this browser. */
export function usePinned(names: readonly string[]): readonly [string[], (pinned: readonly string[]) => void] {
  const [kept, keep] = useStoredSetting('pinned.compare', '');
  return [kept.split('\n').filter((name) => names.includes(name)), (pinned) => keep(pinned.join('\n'))];
}

interface FirstCurvesProps {
  readonly names: readonly string[];
  readonly runs: readonly ComparedRun[];
  readonly settings: URLSearchParams;
}

/** Asks for the curves of the first chart. Put before all else, they are on their way while the browser lays out the tables. */
export function FirstCurves({ names, runs, settings }: FirstCurvesProps) {
  const look = readChartSettings(settings);
  const [pinned] = usePinned(names);
  const [section] = groupMetrics(names, pinned, look.search);
  usePrefetchQuery(callOptions('curves', askForCurves(section?.names[0] ?? names[0] ?? '', runs, look).first));
  return null;
}
