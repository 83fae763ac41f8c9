import { SheafError } from '../../core/errors.ts';
import {
  findFault,
  inferItemType,
  parseScalar,
  TYPE_IN_WORDS,
  type ValueFault,
  type ValueRule,
} from '../../core/settings/schema.ts';
import type { Value } from '../../core/value.ts';
import { parseNumber, selectNumberSources, type NumberSources } from '../../core/number-source.ts';
import { parseYaml } from '../yaml/yaml.ts';

/** A value with how its numbers were written, relative to it. */
export interface TypedValue {
  readonly value: Value;
  readonly written: NumberSources;
}

/** The words given for one parameter on the command line as a value, or what is wrong with them. */
export function parseTypedValue(texts: readonly string[], rule: ValueRule): TypedValue | ValueFault {
  const typed = read(texts, rule);
  return 'says' in typed ? typed : (findFault(rule, typed.value, typed.written) ?? typed);
}

function read(texts: readonly string[], rule: ValueRule): TypedValue | ValueFault {
  const [first, ...rest] = texts;
  if (rule.type === 'list') return listOf(texts, rule);
  if (first === undefined)
    return rule.type === 'bool' || rule.bare ? { value: true, written: {} } : wrong('needs a value');
  if (rest.length > 0)
    return rule.type === 'any'
      ? listOf(texts, rule)
      : wrong(`takes one value, but gets ${texts.length}: ${texts.join(' ')}`);
  if (rule.type === 'map') return flow(first) ?? wrong(`must be a map such as {a: 1}, but is ${JSON.stringify(first)}`);
  const collection = rule.type === 'any' && /^[[{]/.test(first) ? flow(first) : undefined;
  return collection ?? scalar(first, rule);
}

function scalar(text: string, rule: ValueRule): TypedValue | ValueFault {
  const found = parseScalar(text, rule.type);
  if (found === undefined) {
    const fault = wrong(`must be ${TYPE_IN_WORDS[rule.type]}, but is ${JSON.stringify(text)}`);
    return rule.widen !== undefined && parseNumber(text) !== undefined ? { ...fault, fix: rule.widen } : fault;
  }
  return { value: found.value, written: found.written === undefined ? {} : { '': found.written } };
}

/** One word `[a, b]`, or one word for each item. */
function listOf(texts: readonly string[], rule: ValueRule): TypedValue | ValueFault {
  const [only = ''] = texts;
  if (texts.length === 1 && only.startsWith('[')) {
    return flow(only) ?? wrong(`must be a list such as [a, b], but is ${JSON.stringify(only)}`);
  }
  const value: Value[] = [];
  const written: Record<string, string> = {};
  for (const [i, text] of texts.entries()) {
    const item = scalar(text, { ...rule, type: rule.type === 'list' ? rule.itemType : 'any' });
    if ('says' in item) return { ...item, says: `${item.says} (item ${i})` };
    value.push(item.value);
    if (item.written[''] !== undefined) written[`/${i}`] = item.written[''];
  }
  return { value, written };
}

/** A list or map in YAML's one-line form; undefined when the text is neither. */
function flow(text: string): TypedValue | undefined {
  try {
    const layer = parseYaml(`value: ${text}`, 'command line');
    const value = layer.values['value'];
    if (value === undefined || typeof value !== 'object' || value === null) return undefined;
    return { value, written: selectNumberSources(layer.written, '/value') };
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

function wrong(says: string): ValueFault {
  return { code: 'param.type', says };
}

/** The rule for one item of a list. */
export function getItemRule(rule: ValueRule, items: Value, written: NumberSources): ValueRule {
  const type = rule.type === 'list' ? rule.itemType : inferItemType(items, written);
  return { ...rule, type, itemType: 'any' };
}
