import { isMap, type Value } from '../core/value.ts';

/** The paths of single numbers in a JSON document, lists left out; none when it is no JSON. */
export function jsonNumbers(text: string, most: number): string[] {
  const document = parsed(text);
  const paths: string[] = [];
  if (document !== undefined) collect(document, [], paths, most);
  return paths;
}

/** Python writes NaN and Infinity into JSON. */
function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text.replace(/(?<=[:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, '0')) as Value;
  } catch {
    return undefined;
  }
}

function collect(value: Value, path: readonly string[], paths: string[], most: number): void {
  if (paths.length >= most || path.length > DEEPEST) return;
  if (typeof value === 'number') paths.push(path.join('.'));
  if (!isMap(value)) return;
  for (const [key, item] of Object.entries(value))
    if (!key.includes('.') && key !== '') collect(item, [...path, key], paths, most);
}

const DEEPEST = 4;
