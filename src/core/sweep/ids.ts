import { inputError, type SheafError } from '../errors.ts';
import { hash64 } from '../text/hash.ts';
import { parseExpId, type ExpId } from '../ids.ts';
import { suggestMeant } from '../text/abbreviation.ts';
import { toPointer, type Value } from '../value.ts';
import type { NumberSources } from '../number-source.ts';
import { abbreviateNames } from './abbreviate.ts';
import { expand, formatMember, type SweepPlan } from './plan.ts';
import type { SweepMember, SweepValue } from './space.ts';

const MAX_LENGTH = 128;
const HASH_LENGTH = 8;

/** How the members of a sweep are called. */
export interface Naming {
  readonly sweep: string;
  /** `lr{learning_rate}_s{seed}`; absent: the column `exp_id` of the list, otherwise the sweep's name and what varies. */
  readonly template?: string;
  /** Further names that the template may use, with their text: parameters that do not vary. `{sweep}` is always known. */
  readonly fixed?: ReadonlyMap<string, string>;
}

/**
 * The exp_ids of all members, in the order of `expand(plan, since)`. They are all different.
 *
 * Values are written as they were given, with characters that an exp_id cannot have replaced by `-`. An id of more
 * than 128 characters is cut and ends in a hash of the whole.
 * @throws SheafError `sweep.id.template`, `sweep.id.unknown`, `sweep.id.clash`, `exp_id.illegal`
 */
export function makeSweepIds(plan: SweepPlan, naming: Naming, since?: SweepPlan): ExpId[] {
  const nameOf = namer(plan, naming);
  const members = new Map<ExpId, number>();
  let index = 0;
  for (const member of expand(plan, since)) {
    const expId = parseExpId(shortened(nameOf(member)));
    const twin = members.get(expId);
    if (twin !== undefined) throw clash(expId, memberNumber(plan, twin, since), member);
    members.set(expId, index);
    index += 1;
  }
  return [...members.keys()];
}

/** Whether a pattern tells proposed members apart. */
export function namesTrials(pattern: string): boolean {
  return pattern.includes(TRIAL);
}

const TRIAL = '{trial}';

/**
 * The exp_id of a member that is proposed while the sweep runs: by the template if it has `{trial}`, otherwise `SWEEP-7`.
 *
 * @param trial its number in the sweep
 * @throws SheafError `sweep.id.template`, `sweep.id.unknown`, `exp_id.illegal`
 */
export function makeTrialId(
  { sweep, template = '', fixed }: Naming,
  trial: number,
  member: SweepMember = new Map(),
): ExpId {
  const pattern = namesTrials(template) ? template : `{sweep}-${TRIAL}`;
  const known = new Map([['sweep', sweep], ['trial', String(trial)], ...(fixed ?? [])]);
  return parseExpId(shortened(templateNamer(pattern, [...member.keys()], known)(member)));
}

type Namer = (member: SweepMember) => string;

function namer(plan: SweepPlan, { sweep, template, fixed }: Naming): Namer {
  const names = plan.dimensions.flatMap((dimension) => dimension.names);
  if (template !== undefined) return templateNamer(template, names, new Map([['sweep', sweep], ...(fixed ?? [])]));
  if (names.includes('exp_id')) return (member) => valueId(member.get('exp_id'));
  const short = abbreviateNames(varying(plan));
  return (member) => [sweep, ...[...short].map(([name, letters]) => letters + valueId(member.get(name)))].join('_');
}

const PLACE = /\{([^{}]*)\}/g;

function templateNamer(template: string, names: readonly string[], fixed: ReadonlyMap<string, string>): Namer {
  if (/[{}]/.test(template.replaceAll(PLACE, ''))) {
    throw inputError('sweep.id.template', `the braces of "${template}" do not match`, {
      fix: 'write lr{learning_rate}_s{seed}',
    });
  }
  for (const [, name = ''] of template.matchAll(PLACE)) {
    if (names.includes(name) || fixed.has(name)) continue;
    const known = [...names, ...fixed.keys()];
    throw inputError('sweep.id.unknown', `the id "${template}" names {${name}}, which the sweep does not know`, {
      why: `it varies ${names.join(', ')}`,
      fix: suggestMeant(name, known, `use {${names.join('}, {')}} or {sweep}`),
    });
  }
  return (member) =>
    template.replaceAll(PLACE, (_, name: string) =>
      member.has(name) ? valueId(member.get(name)) : tame(fixed.get(name) ?? ''),
    );
}

/** The parameters with more than one value, in the order of the plan. */
function varying({ dimensions }: SweepPlan): string[] {
  return dimensions.flatMap(({ names, rows }) =>
    names.filter((_, i) => rows.some((row) => valueId(row[i]) !== valueId(rows[0]?.[i]))),
  );
}

/** The text of a value in an exp_id. */
function valueId({ value, written }: SweepValue = { value: null }): string {
  return tame(leafTexts(value, '', written ?? {}).join('-'));
}

function leafTexts(value: Value, path: string, written: NumberSources): string[] {
  if (typeof value !== 'object' || value === null) return [written[path] ?? String(value)];
  if (Array.isArray(value)) return value.flatMap((item: Value, i) => leafTexts(item, path + toPointer(i), written));
  return Object.entries(value).flatMap(([key, item]) => [key, ...leafTexts(item, path + toPointer(key), written)]);
}

/** `1e+4` must not become `1e-4`, so the plus is dropped. */
function tame(text: string): string {
  return text
    .replaceAll('+', '')
    .replaceAll(/^[^A-Za-z0-9._-]+|[^A-Za-z0-9._-]+$/g, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-');
}

function shortened(id: string): string {
  if (id.length <= MAX_LENGTH) return id;
  const hash = hash64(id).toString(36).slice(-HASH_LENGTH).padStart(HASH_LENGTH, '0');
  return `${id.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}-${hash}`;
}

function memberNumber(plan: SweepPlan, wanted: number, since: SweepPlan | undefined): SweepMember {
  let index = 0;
  for (const member of expand(plan, since)) {
    if (index === wanted) return member;
    index += 1;
  }
  return new Map();
}

function clash(expId: ExpId, first: SweepMember, second: SweepMember): SheafError {
  return inputError('sweep.id.clash', `two members would be called ${expId}`, {
    why: `${formatMember(first)} and ${formatMember(second)}`,
    fix: `give --id with all that varies, such as --id '{sweep}_${[...second.keys()].map((name) => `{${name}}`).join('_')}'`,
  });
}
