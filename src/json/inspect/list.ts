import type { Listed } from '../../app/index.ts';
import type { Json, JsonMap } from '../parts/json.ts';

/** One map for each experiment; the keys are the names of the columns. */
export type ListJson = readonly JsonMap[];

export function listJson({ columns, rows }: Listed): ListJson {
  const headers = columns.map(({ header }) => header);
  return rows.map(({ cells }) =>
    Object.fromEntries(headers.map((header, i): [string, Json] => [header, cells[i] ?? null])),
  );
}
