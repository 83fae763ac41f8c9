import { isJsonNumber, isJsonObject, tryParseJson, type LooseJson } from './json-parse.ts';

/** Below that stand settings and records of single samples rather than results. */
const DEEPEST = 4;

/** The paths of single numbers in a JSON document, lists left out; none when it is no JSON. */
export function jsonNumbers(text: string, most: number): string[] {
  const paths: string[] = [];
  collect(tryParseJson(text), [], paths, most);
  return paths;
}

function collect(value: LooseJson | undefined, path: readonly string[], paths: string[], most: number): void {
  if (paths.length >= most || path.length > DEEPEST) return;
  if (isJsonNumber(value)) paths.push(path.join('.'));
  if (!isJsonObject(value)) return;
  for (const [key, item] of Object.entries(value))
    if (!key.includes('.') && key !== '') collect(item, [...path, key], paths, most);
}
