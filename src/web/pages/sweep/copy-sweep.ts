import { isMap, type Value, type ValueMap } from '../../../core/value.ts';
import { toHref } from '../../state/use-route.ts';
import type { Sweep } from './shared/members.ts';

/**
 * The address of the form that is filled in as a sweep was made, without its name.
 *
 * @returns undefined if no form can hold its space
 */
export function copySweep({ summary: { template, parts, search, maxParallel }, space }: Sweep): string | undefined {
  // No form names a program that proposes members.
  if (space === undefined || typeof search?.search.propose?.by === 'object') return undefined;
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
    ...(space.random && { rseed: String(space.random.seed) }),
    ...(space.random && space.random.count > 0 && { draws: String(space.random.count) }),
    ...(search && writeSearch(search.search, maxParallel)),
    description,
    tags,
  });
}

function writeSearch(
  { metric, propose, stop, confirm }: NonNullable<Sweep['summary']['search']>['search'],
  maxParallel: number | undefined,
): { readonly [key: string]: string } {
  const { by, lead } = propose ?? {};
  return {
    metric,
    ...(propose && { trials: String(propose.trials), ...(typeof by === 'string' && { by }) }),
    ...(lead !== undefined && { lead: String(lead) }),
    ...(propose && maxParallel !== undefined && { most: String(maxParallel) }),
    stop: stop?.rule ?? 'none',
    ...(stop && { from: String(stop.from), to: String(stop.to), eta: String(stop.eta), keep: String(stop.keep) }),
    ...(stop?.resume && { pause: 'true' }),
    ...(confirm && { top: String(confirm.top), seeds: String(confirm.seeds) }),
  };
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
