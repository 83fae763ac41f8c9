import type { Alias, Document, Node } from 'yaml';
import type { DocumentRule } from '../../core/settings/harvest-rule.ts';
import { DocumentFault, documentSource } from './json.ts';
import type { Source } from '../base/source.ts';

/** A value inside a YAML file. */
export const yaml: Source<DocumentRule> = documentSource(toJson);

const DEEPEST = 500;

/** How many times as long as the text its JSON may be: aliases can make little text stand for very much. */
const MOST_TIMES = 20;
const ALWAYS_FINE: number = 2 ** 20;

async function toJson(text: string): Promise<string> {
  const { isAlias, isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const document: Document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw new DocumentFault(`is no YAML: ${error.message.split('\n', 1)[0]?.replace(/:$/, '') ?? ''}`);
  const most = text.length * MOST_TIMES + ALWAYS_FINE;
  const resolved = new Map<Node, Node | null>();
  let length = 0;

  function json(node: Node | null, depth: number): string {
    if (depth > DEEPEST) throw new DocumentFault(`is nested deeper than ${DEEPEST} levels`);
    if (isAlias(node)) return json(targetOf(node), depth + 1);
    if (isMap(node)) {
      const pairs = node.items.map(
        ({ key, value }) => `${keyText(key as Node | null)}:${json(value as Node | null, depth + 1)}`,
      );
      return counted(`{${pairs.join(',')}}`);
    }
    if (isSeq(node)) return counted(`[${node.items.map((item) => json(item as Node | null, depth + 1)).join(',')}]`);
    return counted(isScalar(node) ? scalar(node.value, node.source) : 'null');
  }

  /** The library looks through the whole document for it. */
  function targetOf(alias: Alias): Node | null {
    const target = resolved.get(alias) ?? alias.resolve(document) ?? null;
    resolved.set(alias, target);
    return target;
  }

  function counted(made: string): string {
    length += made.length;
    if (length > most) throw new DocumentFault('stands for too much: its aliases repeat too many values');
    return made;
  }

  function keyText(key: Node | null): string {
    const value = isScalar(key) ? key.value : key;
    return JSON.stringify(isScalar(key) && typeof key.source === 'string' ? key.source : String(value));
  }

  return json(document.contents, 0);
}

/** Numbers with all the digits that were written, where JSON can have them so. */
function scalar(value: unknown, source: string | undefined): string {
  if (typeof value === 'number') {
    return source !== undefined && JSON_NUMBER.test(source) ? source : String(value);
  }
  return typeof value === 'string' || typeof value === 'boolean' ? JSON.stringify(value) : 'null';
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
