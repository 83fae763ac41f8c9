import type { Document, Node } from 'yaml';
import type { DocumentRule } from '../core/harvest-rule.ts';
import { DocumentFault, documentSource } from './json.ts';
import type { Source } from './source.ts';

/** A value inside a YAML file. */
export const yaml: Source<DocumentRule> = documentSource(toJson);

/** Levels, and characters of JSON: aliases can make little text stand for very much. */
const DEEPEST = 500;
const MOST_CHARACTERS: number = 64 * 2 ** 20;

async function toJson(text: string): Promise<string> {
  const { isAlias, isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const document: Document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw new DocumentFault(`is no YAML: ${error.message.split('\n', 1)[0]?.replace(/:$/, '') ?? ''}`);
  let length = 0;

  function json(node: Node | null, depth: number): string {
    if (depth > DEEPEST) throw new DocumentFault(`is nested deeper than ${DEEPEST} levels`);
    if (isAlias(node)) return json(node.resolve(document) ?? null, depth + 1);
    if (isMap(node)) {
      const pairs = node.items.map(
        ({ key, value }) => `${keyText(key as Node | null)}:${json(value as Node | null, depth + 1)}`,
      );
      return counted(`{${pairs.join(',')}}`);
    }
    if (isSeq(node)) return counted(`[${node.items.map((item) => json(item as Node | null, depth + 1)).join(',')}]`);
    return counted(isScalar(node) ? scalar(node.value, node.source) : 'null');
  }

  function counted(made: string): string {
    length += made.length;
    if (length > MOST_CHARACTERS) throw new DocumentFault('stands for too much: its aliases repeat too many values');
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
