import { walkWrittenLeaves } from '../../../../core/number-source.ts';
import type { ValueMap } from '../../../../core/value.ts';

/** A frozen value, as a row of a table. */
export interface FrozenValue {
  /** Dotted when nested. */
  readonly name: string;
  readonly text: string;
  /** `templates/resnet.yaml:12:3`, `command line`; undefined if it is not on record. */
  readonly origin: string | undefined;
  /** It was given for this experiment, by the command line or by a sweep, and not by a file. */
  readonly isOwn: boolean;
}

/** The values of an experiment with where each comes from, in the order of the template. */
export function listFrozenValues(values: ValueMap, origins: { readonly [name: string]: string | null }): FrozenValue[] {
  return [...walkWrittenLeaves(values, {})].map(({ name, text }) => {
    const origin = origins[name] ?? undefined;
    return { name, text, origin, isOwn: origin !== undefined && !IN_FILE.test(origin) };
  });
}

/** A place in a file of the project, or of a profile. */
const IN_FILE = /\.ya?ml(?::\d+)*$/;

/** Those with a text in their name or value. */
export function searchValues(values: readonly FrozenValue[], search: string, onlyOwn: boolean): readonly FrozenValue[] {
  const wanted = search.trim().toLowerCase();
  return values.filter(
    ({ name, text, isOwn }) =>
      (isOwn || !onlyOwn) && (name.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted)),
  );
}
