import type { Grouped, Listed } from '../../app/index.ts';
import { groupJson, type GroupJson } from '../parts/groups.ts';
import type { Json, JsonMap } from '../parts/json.ts';

/** One map for each experiment; the keys are the names of the columns. */
export type ListJson = readonly JsonMap[];

export function listJson({ columns, rows }: Listed): ListJson {
  const headers = columns.map(({ header }) => header);
  return rows.map(({ cells }) =>
    Object.fromEntries(headers.map((header, i): [string, Json] => [header, cells[i] ?? null])),
  );
}

/** One entry for each group. */
export type GroupsJson = readonly GroupJson[];

export function groupsJson(grouped: Grouped): GroupsJson {
  return grouped.groups.map((group) => groupJson(grouped, group));
}
