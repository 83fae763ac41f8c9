import type { Action, FormAction, Texts } from '../../app/index.ts';
import { inputError } from '../../core/errors.ts';
import { parseName } from '../../core/ids.ts';
import { ACTION_RESOURCES } from '../../core/settings/action-resources.ts';
import { isReserved } from '../../core/settings/reserved.ts';
import { LEAST_ETA, STOP_RULES, type Lead } from '../../core/settings/search-settings.ts';
import { isMap } from '../../core/value.ts';
import { count, flag, listOf, number, object, oneOf, optional, text, wrong, type Reader } from './reading.ts';

/**
 * All that a page can have done. Whatever is not here is refused by its name: what runs, and in which environment, is
 * never set by a page.
 */

/** The path of a parameter. Reserved keys and what is below them are not parameters. */
const parameter = (path: string, name: string): string => {
  const [first = ''] = path.split('.');
  const isName = /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(path);
  if (isName && !isReserved(first.replaceAll('-', '_'))) return path;
  throw inputError('action.parameter', `${name}.${path} cannot be set by a page: it is no parameter`, {
    why: `a page sets parameters, and of the rest only ${ACTION_RESOURCES.join(', ')}, as resources`,
    fix: 'use the command line, or change the template',
    now: 'nothing was changed',
  });
};

const params: Reader<Texts> = (value, name) => {
  if (!isMap(value)) throw wrong(name, 'an object');
  return Object.fromEntries(
    Object.entries(value).map(([path, each]) => [parameter(path, name), text(each, `${name}.${path}`)]),
  );
};

const resources = object(
  Object.fromEntries(ACTION_RESOURCES.map((key) => [key, optional(text)])) as {
    readonly [key in (typeof ACTION_RESOURCES)[number]]: Reader<string | undefined>;
  },
) as Reader<Texts>;

const template: Reader<string> = (value, name) => parseName('template', text(value, name));

const which = object({ ids: optional(listOf(text)), where: optional(text), sweep: optional(text) });
const tags = optional(listOf(text));
const MAKING = { params: optional(params), resources: optional(resources), submit: optional(flag) } as const;
const DESCRIBING = { description: optional(text), tags } as const;
const SPACE = {
  grid: optional(params),
  zip: optional(params),
  random: optional(object({ count: optional(count), seed: count, draws: params })),
  maxParallel: optional(count),
} as const;

/** No sweep has more members. */
const MOST_MEMBERS = 100_000;

const from = (least: number): Reader<number> => {
  return (value, name) => {
    const read = count(value, name);
    if (read < least || read > Number.MAX_SAFE_INTEGER) throw wrong(name, `a whole number from ${least}`);
    return read;
  };
};

const trials: Reader<number> = (value, name) => {
  const read = from(1)(value, name);
  if (read > MOST_MEMBERS) throw wrong(name, `at most ${MOST_MEMBERS}`);
  return read;
};

const eta: Reader<number> = (value, name) => {
  const read = number(value, name);
  if (read < LEAST_ETA) throw wrong(name, `a number from ${LEAST_ETA}`);
  return read;
};

const lead: Reader<Lead> = (value, name) => {
  if (value === 'auto') return value;
  if (typeof value !== 'number') throw wrong(name, 'a whole number from 0, or auto');
  return count(value, name);
};

/** Members are proposed by sheaf: no page names a program that does. */
const SEARCH = object({
  metric: optional(text),
  by: optional(oneOf(['random', 'tpe'])),
  trials: optional(trials),
  lead: optional(lead),
  stop: optional(
    object({
      rule: optional(oneOf(STOP_RULES)),
      from: optional(from(1)),
      to: optional(from(1)),
      eta: optional(eta),
      keep: optional(from(1)),
      resume: optional(flag),
    }),
  ),
  confirm: optional(object({ top: from(1), seeds: from(2) })),
});

const READERS: { readonly [K in Action['kind']]: Reader<Action> } = {
  tag: object({ kind: oneOf(['tag']), which, add: tags, remove: tags }),
  note: object({ kind: oneOf(['note']), which, text }),
  archive: object({ kind: oneOf(['archive']), which, undo: optional(flag) }),
  cancel: object({ kind: oneOf(['cancel']), which, stop: optional(text) }),
  hold: object({ kind: oneOf(['hold']), which }),
  release: object({ kind: oneOf(['release']), which }),
  requeue: object({ kind: oneOf(['requeue']), which }),
  harvest: object({ kind: oneOf(['harvest']), which }),
  submit: object({ kind: oneOf(['submit']), which, resources: optional(resources), maxParallel: optional(count) }),
  retry: object({ kind: oneOf(['retry']), which, resources: optional(resources), fresh: optional(flag) }),
  new: object({
    kind: oneOf(['new']),
    template,
    expId: optional(text),
    notes: optional(text),
    ...MAKING,
    ...DESCRIBING,
  }),
  clone: object({ kind: oneOf(['clone']), id: text, newId: optional(text), ...MAKING, ...DESCRIBING }),
  sweep: object({
    kind: oneOf(['sweep']),
    template,
    name: optional(text),
    search: optional(SEARCH),
    ...MAKING,
    ...DESCRIBING,
    ...SPACE,
  }),
  extend: object({ kind: oneOf(['extend']), name: text, submit: optional(flag), ...SPACE }),
  throttle: object({ kind: oneOf(['throttle']), name: text, maxParallel: count }),
};

/** @throws SheafError `request.value`, `action.parameter`, `template.name` */
export const action: Reader<Action> = (value, name) => readKind(READERS, value, name);

/** An {@link action} that a form can have. */
export const formAction: Reader<FormAction> = (value, name) =>
  readKind({ new: READERS.new, sweep: READERS.sweep }, value, name) as FormAction;

function readKind(readers: Partial<typeof READERS>, value: unknown, name: string): Action {
  const asked = isMap(value) ? value['kind'] : undefined;
  const reader =
    typeof asked === 'string' && Object.hasOwn(readers, asked) ? readers[asked as Action['kind']] : undefined;
  if (reader === undefined) throw wrong(`${name}.kind`, `one of ${Object.keys(readers).join(', ')}`);
  return reader(value, name);
}
