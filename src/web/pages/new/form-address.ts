import { commandOf } from '../../../core/command/command-of.ts';
import { writeSearchFlags } from '../../../core/command/search-flags.ts';
import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import type { Variation } from '../../../core/sweep/space-texts.ts';
import { writeRangesOut } from '../../../core/sweep/written-out.ts';
import type { TemplateJson } from '../../../json/index.ts';
import type { Api } from '../../../server/index.ts';
import { readSearchSettings, SEARCH_KEYS, type FormSearch } from './search-settings.ts';

/** Before the name of a value in the address, and before the name of one that varies. */
export const SET = 'set.';
export const AS = 'as.';

type FormAction = Api['preview']['request']['action'];
type Texts = { readonly [name: string]: string };

/** What the address of a form says. */
export interface Form {
  readonly isSweep: boolean;
  /** What is given, by its key in the address. */
  readonly given: Texts;
  /** How each parameter varies that does. */
  readonly varied: { readonly [name: string]: Variation };
  /** How the sweep goes on by itself. */
  readonly search: FormSearch;
  readonly action: FormAction;
  /** The line for a shell that does the same. */
  readonly line: string;
  /** What must still be given, in words. */
  readonly missing: readonly string[];
  /** Parameters with one value that reads like several. */
  readonly lists: readonly string[];
  /** Keys that mean nothing here, or that no page can set. */
  readonly unknown: readonly string[];
}

const OF_ALL = ['name', 'tags', 'description', 'sweep', 'look', 'advice'];
const OF_SWEEPS: readonly string[] = ['draws', 'rseed', 'most', ...SEARCH_KEYS];
const VARIATIONS: readonly string[] = ['grid', 'zip', 'draw'] satisfies readonly Variation[];

/** Reads the address of the form of a template. */
export function readForm(settings: URLSearchParams, described: TemplateJson): Form {
  const { name: template, parameters } = described;
  const given = Object.fromEntries([...settings].filter(([, text]) => text.trim() !== ''));
  const isSweep = given['sweep'] === 'on';
  const names = parameters.map((parameter) => parameter.name);
  const varied = isSweep ? readVaried(given, names) : {};
  const search = readSearchSettings(isSweep ? given : {}, described, Object.values(varied).includes('draw'));
  const fixed = names.filter((name) => varied[name] === undefined);
  const tags = (given['tags'] ?? '').split(/[\s,]+/).filter((tag) => tag !== '');
  const description = given['description'];
  const making = {
    template,
    params: pick(given, fixed),
    resources: pick(given, ACTION_RESOURCES),
    tags,
    ...(description && { description }),
  };
  const { action, line } = isSweep ? makeSweep(given, { varied, search }, making) : makeOne(given, making);
  const required = parameters.filter((each) => each.required && making.params[each.name] === undefined);
  return {
    isSweep,
    given,
    varied,
    search,
    action,
    line,
    missing: [
      ...required.flatMap(({ name }) => (varied[name] === undefined ? [`a value for ${name}`] : [])),
      ...(isSweep ? [...listMissing(given, { varied, search }), ...search.missing] : []),
    ],
    lists: parameters.flatMap(({ name, type }) =>
      varied[name] === undefined && isListOfValues(given[SET + name] ?? '', type) ? [name] : [],
    ),
    unknown: Object.keys(given).filter((key) => !isKnown(key, names, isSweep)),
  };
}

interface Making {
  readonly template: string;
  readonly params: Texts;
  readonly resources: Texts;
  readonly tags: readonly string[];
  readonly description?: string;
}

function makeOne(given: Texts, making: Making): Pick<Form, 'action' | 'line'> {
  const { params, resources, ...rest } = making;
  const expId = given['name'] && { expId: given['name'] };
  return {
    action: { kind: 'new', ...making, ...expId },
    line: commandOf({ command: 'new', ...rest, set: { ...params, ...resources }, ...expId }),
  };
}

function makeSweep(
  given: Texts,
  { varied, search: { proposes, request } }: Pick<Form, 'varied' | 'search'>,
  making: Making,
): Pick<Form, 'action' | 'line'> {
  const { params, resources, ...rest } = making;
  const texts = (as: Variation): Texts =>
    Object.fromEntries(
      Object.entries(pick(given, Object.keys(varied)))
        .filter(([name]) => varied[name] === as)
        .map(([name, text]) => [name, as === 'draw' ? text : writeRangesOut(text)]),
    );
  const [grid, zip, draws] = [texts('grid'), texts('zip'), texts('draw')];
  const isRandom = Object.keys(draws).length > 0;
  const count = proposes ? {} : { count: readCount(given['draws']) };
  const random = { ...count, seed: readCount(given['rseed']), draws };
  const most = readCount(given['most']);
  const also = { ...(given['name'] && { name: given['name'] }), ...(most > 0 && { maxParallel: most }) };
  return {
    action: {
      kind: 'sweep',
      ...making,
      grid,
      zip,
      ...(isRandom && { random }),
      ...(request && { search: request }),
      ...also,
    },
    line: commandOf({
      command: 'sweep',
      ...rest,
      set: { ...params, ...resources },
      grid,
      zip,
      ...(isRandom && { ...(random.count && { random: random.count }), draw: draws, randomSeed: random.seed }),
      ...(request && writeSearchFlags(request)),
      ...also,
    }),
  };
}

function readVaried(given: Texts, names: readonly string[]): Form['varied'] {
  return Object.fromEntries(
    names.flatMap((name) => {
      const as = given[AS + name];
      return as !== undefined && VARIATIONS.includes(as) ? [[name, as as Variation]] : [];
    }),
  );
}

function listMissing(given: Texts, { varied, search: { proposes } }: Pick<Form, 'varied' | 'search'>): string[] {
  const all = Object.entries(varied);
  if (all.length === 0) return ['a parameter that varies'];
  const isRandom = all.some(([, as]) => as === 'draw');
  return [
    ...all.flatMap(([name]) => (given[SET + name] === undefined ? [`values for ${name}`] : [])),
    ...(isRandom && !proposes && readCount(given['draws']) === 0 ? ['the number of random draws'] : []),
  ];
}

/** Whether someone may have meant several values: `0.1, 0.01` or `1..5`, for a parameter that is no list itself. */
function isListOfValues(text: string, type: TemplateJson['parameters'][number]['type']): boolean {
  if (type === 'list' || type === 'map' || /[[{'"]/.test(text)) return false;
  if (type === 'int' && /^\s*-?\d+\s*\.\.\s*-?\d+\s*$/.test(text)) return true;
  const values = text.split(',');
  return values.length > 1 && values.every((value) => value.trim() !== '');
}

function isKnown(key: string, names: readonly string[], isSweep: boolean): boolean {
  if (OF_ALL.includes(key)) return true;
  if (key.startsWith(SET)) return [...names, ...ACTION_RESOURCES].includes(key.slice(SET.length));
  return isSweep && (OF_SWEEPS.includes(key) || (key.startsWith(AS) && names.includes(key.slice(AS.length))));
}

function pick(given: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = given[SET + name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** A whole number from 0; 0 for anything else. */
function readCount(text: string | undefined): number {
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
