import type { Document, Node, Scalar } from 'yaml';
import { formatCount } from '../../core/text/phrases.ts';
import { LONGEST_TEXT, numberValue, parseTextValue } from '../base/reading.ts';
import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { readWholeText } from '../read/byte-chunks.ts';
import { formatNames } from '../base/words.ts';
import type { Collector } from './common/collector.ts';
import type { TrackedValue } from './common/tracker.ts';

const MOST_BYTES: number = 4 * 2 ** 20;
/** Aliases of aliases of aliases reach it at once. */
const MOST_VALUES = 10_000;
const MOST_DEPTH = 50;

/**
 * Gives what a YAML file holds to `collector`, as PyYAML writes it (YAML 1.1): single values by `prefix` and their keys,
 * those of maps and lists in it as `optimizer/lr`, `layers/0`. Objects of Python are reported and left out, and so are texts
 * that are too long; null is no value.
 *
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function readYamlValues(
  file: FoundFile,
  options: ReadOptions,
  collector: Collector,
  prefix: string,
): Promise<void> {
  const { shown, size } = file;
  if (size > MOST_BYTES) {
    collector.note(
      `${shown} has ${formatCount(size, 'byte')}; YAML is read here up to ${formatCount(MOST_BYTES, 'byte')}`,
    );
    return;
  }
  const { LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(await readWholeText(file, options), {
    version: '1.1',
    intAsBigInt: true,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    collector.note(`${shown}:${line}:${col} is no YAML: ${error.message}`);
    return;
  }
  await giveValues(document, file, collector, prefix, (offset) => lineCounter.linePos(offset).line);
}

async function giveValues(
  document: Document,
  { shown }: FoundFile,
  collector: Collector,
  prefix: string,
  lineAt: (offset: number) => number,
): Promise<void> {
  const { isAlias, isMap, isScalar, isSeq } = await import('yaml');
  const [objects, long]: [string[], string[]] = [[], []];
  let visited = 0;

  function visit(key: string, node: Node | null | undefined, depth: number): void {
    visited += 1;
    if (visited > MOST_VALUES || depth > MOST_DEPTH) return;
    const below = depth === 0 ? key : `${key}/`;
    if (isAlias(node)) visit(key, node.resolve(document), depth + 1);
    else if (isPythonObject(node)) objects.push(key);
    else if (isMap<Node, Node | null>(node))
      node.items.forEach((pair) => visit(below + keyText(pair.key), pair.value, depth + 1));
    else if (isSeq<Node>(node)) node.items.forEach((item, i) => visit(`${below}${i}`, item, depth + 1));
    else if (isScalar(node)) give(key, node);
  }

  function keyText(key: Node): string {
    return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
  }

  function give(key: string, scalar: Scalar): void {
    const value = scalarValue(scalar);
    if (typeof value?.value === 'string' && value.value.length > LONGEST_TEXT) long.push(key);
    else if (value) collector.value(key, { ...value, file: shown, line: lineAt(scalar.range?.[0] ?? 0) });
  }

  visit(prefix, document.contents, 0);
  if (objects.length > 0) collector.note(`${shown} has objects of Python, which are left out: ${formatNames(objects)}`);
  if (long.length > 0)
    collector.note(
      `${shown} has texts of more than ${formatCount(LONGEST_TEXT, 'character')}, which are left out: ${formatNames(long)}`,
    );
  if (visited > MOST_VALUES)
    collector.note(`${shown} has more than ${formatCount(MOST_VALUES, 'value')}; the first ones were read`);
}

/** A tuple is a list; what else a tag of Python names is nothing that one value could hold. */
function isPythonObject(node: Node | null | undefined): boolean {
  const tag = node && 'tag' in node ? node.tag : undefined;
  return tag !== undefined && tag.includes('python/') && !tag.endsWith('python/tuple');
}

function scalarValue({ value, source = '' }: Scalar): Pick<TrackedValue, 'value' | 'nonfinite' | 'note'> | undefined {
  switch (typeof value) {
    case 'number':
      return numberValue(value);
    case 'bigint':
      return parseTextValue(String(value));
    case 'boolean':
      // PyYAML writes the texts "y" and "n" so, unlike YAML 1.1.
      return { value: /^[yn]$/i.test(source) ? source : value };
    case 'string':
      return { value };
    default:
      // A date is kept as it is written.
      return value === null ? undefined : { value: source };
  }
}
