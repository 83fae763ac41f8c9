import { isMap, type Value, type ValueMap } from '../../../core/value.ts';
import { toHref } from '../../state/use-route.ts';
import type { Sweep } from './members.ts';

/**
 * The address of the form that is filled in as a sweep was made, without its name.
 *
 * @returns undefined if no form can hold its space
 */
export function copySweep({ summary: { template, parts }, space }: Sweep): string | undefined {
  if (space === undefined) return undefined;
  const { description, tags, ...sets } = readFixed(parts[0]?.fixed);
  return toHref(['new', template], {
    sweep: 'on',
    ...Object.fromEntries(Object.entries(sets).map(([name, text]) => [`set.${name}`, text])),
    ...Object.fromEntries(
      space.axes.flatMap(({ name, as, text }) => [
        [`as.${name}`, as],
        [`set.${name}`, text],
      ]),
    ),
    ...(space.random && { draws: String(space.random.count), rseed: String(space.random.seed) }),
    description,
    tags,
  });
}

/** What all members share, as texts by name. */
function readFixed(fixed: Value | undefined): { readonly [name: string]: string } {
  const { flags, sets, params, description, tags } = isMap(fixed) ? fixed : ({} as ValueMap);
  return {
    ...writeAll(params),
    ...writeAll(sets),
    ...writeAll(flags),
    ...(typeof description === 'string' && { description }),
    ...(Array.isArray(tags) && { tags: tags.join(' ') }),
  };
}

function writeAll(values: Value | undefined): { readonly [name: string]: string } {
  if (!isMap(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, writeText(value)]));
}

/** A flag has a list of words. */
function writeText(value: Value): string {
  if (Array.isArray(value) && value.length === 1) return writeText(value[0] ?? '');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
