import { encodeCurves } from '../../core/curves/encoding.ts';
import { groupKeyOf } from '../../core/sweep/group-key.ts';
import type { Project } from '../project/project.ts';
import { readCurves } from '../series/curves.ts';
import type { ReportCurves, ReportData } from './report-data.ts';

/** Points of a curve: as many as a chart has room for. */
export const USUAL_POINTS = 256;
const MOST_GROUPS = 50;
const MOST_RUNS = 500;

/** The runs of the best groups that have curves in a report, and how many groups these are. */
export function chooseCurves({ members: { expIds, parameters }, ranked }: ReportData): {
  readonly ids: readonly string[];
  readonly groups: number;
} {
  if (ranked === undefined) return { ids: [], groups: 0 };
  const settings = parameters.filter(({ isSeed }) => !isSeed);
  const places = Map.groupBy(expIds.keys(), (place) => groupKeyOf(settings.map(({ values }) => values[place])));
  const [, ...columns] = ranked.columns;
  const ids: string[] = [];
  let groups = 0;
  for (const i of ranked.groups.keys()) {
    const own = places.get(groupKeyOf(columns.map(({ cells }) => cells[i]))) ?? [];
    if (groups === MOST_GROUPS || (groups > 0 && ids.length + own.length > MOST_RUNS)) break;
    ids.push(...own.slice(0, MOST_RUNS).flatMap((place) => expIds[place] ?? []));
    groups += 1;
  }
  return { ids, groups };
}

/** The curves of the metric of these runs, each of at most as many points. @throws SheafError as `readCurves` */
export async function readReportCurves(
  project: Project,
  metric: string,
  { ids, groups }: ReturnType<typeof chooseCurves>,
  points: number,
): Promise<ReportCurves> {
  const curves = await readCurves(project, { ids, metrics: [metric], buckets: points });
  return {
    base64: Buffer.from(encodeCurves(curves, 'whole')).toString('base64'),
    groups,
    ...(points < USUAL_POINTS && { points }),
  };
}
