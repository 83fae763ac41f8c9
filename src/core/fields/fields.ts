import { inputError, type SheafError } from '../errors.ts';
import { suggestMeant } from '../text/abbreviation.ts';
import { RECORD_FIELDS, recordField } from './record-fields.ts';

/** The names of all parameters (dotted when nested) and results of a project, in the order they are listed. */
export interface KnownNames {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

/** One value of an experiment: a field of its record, a parameter or a result. */
export interface FieldRef {
  readonly source: 'record' | 'params' | 'results';
  readonly name: string;
}

/**
 * What a name in a query, in `--sort` or in `--columns` stands for: a field of the record first, then `params.x` and
 * `results.x`, then the parameter or the result of that bare name.
 *
 * @throws SheafError `field.unknown`, or `field.ambiguous` when a parameter and a result share a bare name
 */
export function resolveField(name: string, known: KnownNames): FieldRef {
  if (recordField(name) !== undefined) return { source: 'record', name };
  for (const source of ['params', 'results'] as const) {
    const bare = name.slice(source.length + 1);
    if (name.startsWith(`${source}.`) && known[source].includes(bare)) return { source, name: bare };
  }
  const isParam = known.params.includes(name);
  const isResult = known.results.includes(name);
  if (isParam && isResult) {
    throw inputError('field.ambiguous', `${name} is a parameter and a result`, {
      fix: `write params.${name} or results.${name}`,
    });
  }
  if (!isParam && !isResult) throw unknownField(name, known);
  return { source: isParam ? 'params' : 'results', name };
}

/** The shortest name that stands for the field in this project: `loss`, or `results.loss` where it is also something else. */
export function formatFieldLabel({ source, name }: FieldRef, known: KnownNames): string {
  if (source === 'record') return name;
  const other = source === 'params' ? known.results : known.params;
  const isClear = !other.includes(name) && recordField(name) === undefined;
  return isClear ? name : `${source}.${name}`;
}

function unknownField(name: string, known: KnownNames): SheafError {
  const candidates = [...RECORD_FIELDS.map((field) => field.name), ...known.params, ...known.results];
  const qualified = [
    ...known.params.map((each) => `params.${each}`),
    ...known.results.map((each) => `results.${each}`),
  ];
  return inputError('field.unknown', `no experiment has a parameter, a result or a field "${name}"`, {
    fix: suggestMeant(name, [...candidates, ...qualified], 'list the names with: sheaf list --columns all'),
  });
}
