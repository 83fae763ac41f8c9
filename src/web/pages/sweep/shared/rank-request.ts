import { groupKeyOf } from '../../../../core/sweep/group-key.ts';
import type { Api } from '../../../../server/index.ts';
import { listSettings, type Members, type Parameter, type RunMetric, type Sweep } from './members.ts';

type Request = Api['rankGroups']['request'];

/**
 * What the groups and their curves are ranked by: the same question, so that it is asked once.
 *
 * @param by the only parameter that makes groups; default: all that are no seeds
 */
export function rankRequest(
  { summary: { name } }: Sweep,
  members: Members,
  {
    where,
    metric,
    mode,
    by,
  }: {
    readonly where: string;
    readonly metric: RunMetric;
    readonly mode: 'max' | 'min' | undefined;
    readonly by?: Parameter | undefined;
  },
): Request | undefined {
  if (mode === undefined) return undefined;
  const columns = (by ? [by] : listSettings(members)).map(({ label }) => label);
  return {
    sweep: name,
    ...(where !== '' && { where }),
    ...(by && { by: columns }),
    metric: metric.label,
    mode,
    columns,
  };
}

/** The keys of the groups as the page has them, the best one first. */
export function listRankedKeys({ columns: [, ...settings], groups }: Api['rankGroups']['answer']): string[] {
  return groups.map((_, i) => groupKeyOf(settings.map(({ cells }) => cells[i])));
}
