import { inputError } from './errors.ts';

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** The name a person gives an experiment: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`. Unique in a project. */
export type ExpId = Brand<'ExpId'>;
/** What an experiment is called inside: random, never reused, unchanged by `rename`. */
export type Key = Brand<'Key'>;
/** Names one submission; it is the scheduler's job name. Lower case `[a-z0-9_-]`, at most 64 characters. */
export type Token = Brand<'Token'>;

const EXP_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const EXP_ID_RULE = 'letters, digits, ".", "_" and "-", at most 128 of them, beginning with a letter or digit';

/** @throws SheafError `exp_id.illegal` that names the rule. */
export function parseExpId(text: string): ExpId {
  if (EXP_ID.test(text)) return text as ExpId;
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  throw inputError('exp_id.illegal', `${JSON.stringify(shown)} cannot be an exp_id`, {
    why: `an exp_id has ${EXP_ID_RULE}`,
    fix: suggestExpId(text),
  });
}

function suggestExpId(text: string): string {
  const parameter = suggestFlag(text);
  if (parameter !== undefined) return parameter;
  const tame = text
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 128);
  return tame === '' ? 'use a name such as resnet50_exp1' : `use ${tame}`;
}

/** `lr=0.5`, typed as a name, is meant as a parameter. */
function suggestFlag(text: string): string | undefined {
  const [, name = '', value = ''] = /^([A-Za-z_]\w*)=([\w.+-]+)$/.exec(text) ?? [];
  return name === '' ? undefined : `to set a parameter: --${name.replaceAll('_', '-')} ${value}`;
}

/** Room for `-` and a number after the name of a template. */
const MOST_OF_TEMPLATE = 115;

/** `baseline-001`: the name of the nth experiment or sweep of a template; beyond 999 with as many digits as it needs. */
export function numberName(template: string, n: number): ExpId {
  return `${template.slice(0, MOST_OF_TEMPLATE)}-${String(n).padStart(3, '0')}` as ExpId;
}

/** A text that sorts as a name should: `t-999` before `t-1000`. */
export function nameOrder(name: string): string {
  return name.replaceAll(/-(\d{3,15})(?!\d)/g, (_, digits: string) => `-${digits.padStart(15, '0')}`);
}

/** Names of templates, sweeps and so on follow the rule of exp_ids, so that they can be file names and parts of exp_ids. */
export function parseName(what: 'template' | 'sweep' | 'stage' | 'checkpoint' | 'view', text: string): string {
  if (EXP_ID.test(text)) return text;
  const fix = suggestFlag(text);
  throw inputError(`${what}.name`, `${JSON.stringify(text)} cannot be the name of a ${what}`, {
    why: `a name has ${EXP_ID_RULE}`,
    ...(fix === undefined ? {} : { fix }),
  });
}

export function asKey(text: string): Key {
  return text as Key;
}

export function asToken(text: string): Token {
  return text as Token;
}

const TOKEN_NAME_LENGTH = 40;

/**
 * The token of a submission: readable, it begins with the exp_id or the sweep's name.
 *
 * Slurm matches job names without regard to case and `,` separates them, so the alphabet is small.
 * @param random at least 12 characters of `[a-z0-9]`
 */
export function makeToken(name: string, stage: string, random: string): Token {
  const readable = `${name}-${stage}`
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, TOKEN_NAME_LENGTH);
  return asToken(`${readable}-${random}`);
}
