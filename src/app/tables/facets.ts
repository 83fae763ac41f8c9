import { inputError } from '../../core/errors.ts';
import { resolveField, type FieldRef } from '../../core/fields/fields.ts';
import type { Cell } from '../../report/index.ts';
import { COUNTED_FIELDS, type CountedField, type StoredValue, type ValueCounts } from '../../store/index.ts';
import { getKnownNames, openSelection, type ListSelector } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import { storedCell } from './stored-cell.ts';

/** Which experiments, and the fields whose values are counted. */
export interface FacetsRequest extends Omit<ListSelector, 'limit' | 'sort'> {
  /** `status`, `cause`, `template`, `sweep`, `user`, `partition`, `tags`, and parameters and results by name. Default: all but the last. */
  readonly fields?: readonly string[];
  /** Values of each field. Default: 20. */
  readonly limit?: number;
}

/** The values of one field, the most frequent first. */
export interface Facet extends FieldRef, ValueCounts<Cell> {
  /** As it was asked for. */
  readonly header: string;
}

export interface Facets {
  /** The version that was counted, see `changes`. */
  readonly version: number;
  /** How many experiments fit. */
  readonly total: number;
  readonly facets: readonly Facet[];
  /** Names in the query that no experiment has. */
  readonly warnings: readonly string[];
}

const USUAL_VALUES = 20;

/**
 * How often each value of a field occurs among the experiments that fit. Never asks the scheduler.
 *
 * @throws SheafError as `selectExperiments`; `field.unknown`, `field.ambiguous`; `facets.field` for one that is not counted
 */
export function readFacets(project: Project, request: FacetsRequest): Facets {
  const { fields = COUNTED_FIELDS, limit = USUAL_VALUES, ...selector } = request;
  const known = getKnownNames(project.store);
  const refs = fields.map((header) => ({ ...resolveField(header, known), header }));
  const records = refs.flatMap(({ source, name }) => (source === 'record' ? asCounted(name) : []));
  const selection = openSelection(project, selector);
  return selection.facets((table) => {
    const countRecord = table.records(records);
    return {
      version: table.version,
      total: table.total,
      facets: refs.map((ref) => ({
        ...ref,
        ...(ref.source === 'record'
          ? countRecord(asCounted(ref.name), limit)
          : countCells(table.values(ref.source, ref.name, { limit }))),
      })),
      warnings: selection.warnings,
    };
  });
}

function asCounted(name: string): CountedField {
  const field = COUNTED_FIELDS.find((each) => each === name);
  if (field !== undefined) return field;
  throw inputError('facets.field', `values of ${name} are not counted`, {
    why: `of an experiment's record, these are: ${COUNTED_FIELDS.join(', ')}`,
    fix: 'name one of those, or a parameter or result',
  });
}

function countCells({ counts, ...rest }: ValueCounts<StoredValue>): ValueCounts<Cell> {
  return { ...rest, counts: counts.map(({ value, count }) => ({ value: storedCell(value), count })) };
}
