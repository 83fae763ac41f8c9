import { isBranch, makeProblemAt, placeAt, toTree, EMPTY, type Layer } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { flag, line, lines, text } from './kinds.ts';
import { key, mapSchema, orNull, readKeys, refined, type Kind } from './setting.ts';
import { throwProblems, type Problem } from '../errors.ts';
import { checkQuery } from '../query/query.ts';
import { withoutUndefined, type ValueMap } from '../value.ts';

/** What a table shows, kept under a name: what is not given is as usual. */
export interface SavedView {
  readonly description?: string;
  /** A query. */
  readonly where?: string;
  readonly columns?: readonly string[];
  readonly sort?: { readonly field: string; readonly descending: boolean };
  /** Parameters by which the dashboard groups. */
  readonly groupBy?: readonly string[];
  readonly archived?: boolean;
}

const query: Kind<string> = refined(text, (where, { tree, name, problems }) => {
  const checked = checkQuery(where);
  // A blank query is as good as none.
  if (checked.ok) return checked.terms.length === 0 ? undefined : where;
  const { code, message, why, fix } = checked.problem;
  const { origin } = tree;
  problems.push({
    ...makeProblemAt(tree, code, `${name}: ${message}`, withoutUndefined({ why, fix })),
    ...(origin && placeAt(origin.layer, origin.layer.placeIn(origin.path, checked.at))),
  });
  return undefined;
});

const KEYS = {
  description: key(orNull(line), 'What the view is for'),
  where: key(orNull(query), 'A query: learning_rate < 0.01 and status = failed'),
  columns: key(orNull(lines), 'Names, patterns such as params.* or *_loss, or all'),
  sort: key(orNull(line), 'Sort by this column. Default: newest first'),
  descending: key(orNull(flag), 'Sort in descending order'),
  group_by: key(orNull(lines), 'Group by these parameters in the dashboard'),
  archived: key(orNull(flag), 'Include archived experiments'),
};

/** Reads a file of `views/`. @throws SheafError: all that is wrong with it, with places */
export function readView(layer: Layer): SavedView {
  const problems: Problem[] = [];
  const tree = toTree(layer.values, { layer, path: '' });
  const read = readKeys(KEYS, isBranch(tree) ? tree : EMPTY, layer.source, problems) ?? {};
  throwProblems(problems);
  const { sort, descending = false, group_by: groupBy, columns, ...rest } = read;
  return withoutUndefined({
    ...rest,
    columns: columns?.length === 0 ? undefined : columns,
    sort: sort === undefined ? undefined : { field: sort, descending },
    groupBy: groupBy?.length === 0 ? undefined : groupBy,
  });
}

/** The keys of the file that {@link readView} reads as this view. */
export function writeView({ sort, groupBy, ...view }: SavedView): ValueMap {
  return withoutUndefined({
    description: view.description,
    where: view.where,
    columns: view.columns,
    sort: sort?.field,
    descending: sort?.descending === true ? true : undefined,
    group_by: groupBy,
    archived: view.archived === true ? true : undefined,
  });
}

/** The schema of a file in `views/`. */
export function buildViewKeysSchema(): JsonSchema {
  return mapSchema(KEYS);
}
