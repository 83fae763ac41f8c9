import type { DocumentRule } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { toPointer, splitPointer } from '../../core/value.ts';
import { JsonFault, getLineAndColumn, lookUpJson, type JsonLeaf, type JsonPlace } from '../read/json-lookup.ts';
import { parseLeadingNumber, LONGEST_TEXT, parseTextValue } from '../base/reading.ts';
import {
  wantOneFile,
  type MetricFinding,
  type FoundValue,
  type NamedRule,
  type ReadOptions,
  type Source,
} from '../base/source.ts';
import { type FoundFile } from '../base/found-file.ts';
import { readWholeText } from '../read/byte-chunks.ts';
import { makeExcerpt, formatNames, makeMissing, suggestNear } from '../base/words.ts';

/** A value inside a JSON file. */
export const json: Source<DocumentRule> = documentSource((text) => Promise.resolve(text));

/** A source that reads one document, which becomes JSON. @param toJson throws a {@link DocumentFault} */
export function documentSource(toJson: (text: string) => Promise<string>): Source<DocumentRule> {
  return {
    describe: ({ source, path }) => `${source} ${path}`,
    files: wantOneFile,
    read: async ([file], rules, options) => (file ? readDocument(file, rules, options, toJson) : []),
  };
}

/** The text is no document of its kind. */
export class DocumentFault extends Error {}

/** A document is held in memory as text. */
const MOST_BYTES: number = 256 * 2 ** 20;

async function readDocument(
  file: FoundFile,
  rules: readonly NamedRule<DocumentRule>[],
  options: ReadOptions,
  toJson: (text: string) => Promise<string>,
): Promise<readonly MetricFinding[]> {
  if (file.size > MOST_BYTES) {
    const said = `${file.shown} has ${formatCount(file.size, 'byte')}; a document is read up to ${formatCount(MOST_BYTES, 'byte')}`;
    return rules.map(() => makeMissing('bad_file', said, { fix: 'write final values into a small file of their own' }));
  }
  const text = await readWholeText(file, options);
  if (text.trim() === '') return rules.map(() => makeMissing('empty', `${file.shown} is empty`));
  try {
    const document = await toJson(text);
    return rules.map(({ rule }) => lookUp(document, file, rule));
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    return rules.map(() => makeMissing('bad_file', `${file.shown} ${error.message}`));
  }
}

function lookUp(text: string, file: FoundFile, rule: DocumentRule): MetricFinding {
  try {
    const place = lookUpJson(text, pathKeys(rule.path));
    return place.left.length === 0 ? reached(place, file, rule) : lost(place, file, rule);
  } catch (error) {
    if (error instanceof JsonFault) return badFile(error, text, file);
    throw error;
  }
}

/** `eval.accuracy`, or a JSON pointer `/eval/top.1` where keys have dots in them; empty: the document itself. */
export function pathKeys(path: string): string[] {
  if (path === '') return [];
  return path.startsWith('/') ? splitPointer(path) : path.split('.');
}

function reached({ path, leaf }: JsonPlace, file: FoundFile, rule: DocumentRule): MetricFinding {
  const place = { pointer: toPointer(...path) };
  switch (leaf.kind) {
    case 'number':
      return { found: { ...parseTextValue(leaf.text), place } };
    case 'boolean':
      return { found: { value: leaf.value, place } };
    case 'string':
      return stringFinding(rule.number ? parseLeadingNumber(leaf.text.trim()) : leaf.text, place, file, rule);
    case 'null':
      return makeMissing('empty', `${rule.path} of ${file.shown} is null`);
    case 'object':
    case 'list':
      return makeMissing('not_a_number', `${rule.path || 'the document'} of ${file.shown} is ${described(leaf)}`, {
        fix: 'name one value in it',
      });
  }
}

function stringFinding(
  text: string,
  place: NonNullable<FoundValue['place']>,
  file: FoundFile,
  rule: DocumentRule,
): MetricFinding {
  if (text.length <= LONGEST_TEXT)
    return { found: { ...(rule.number ? parseTextValue(text) : { value: text }), place } };
  const said = `${rule.path} of ${file.shown} is a text of ${formatCount(text.length, 'character')}: "${makeExcerpt(text)}"`;
  return makeMissing('not_a_number', said, { fix: 'name a number or a short text' });
}

function lost({ path, left, leaf }: JsonPlace, file: FoundFile, { path: wanted }: DocumentRule): MetricFinding {
  const holder = path.length === 0 ? 'it' : path.join('.');
  const said = `${file.shown} has nothing at ${wanted}: ${holder} is ${described(leaf)}`;
  const fix = suggestion(path, left, leaf);
  return makeMissing('no_key', said, fix === undefined ? {} : { fix });
}

function described(leaf: JsonLeaf): string {
  switch (leaf.kind) {
    case 'object':
      return leaf.keys.length === 0 ? 'an empty object' : `an object with ${formatNames(leaf.keys)}`;
    case 'list':
      return `a list of ${formatCount(leaf.length, 'item')}`;
    case 'null':
      return 'null';
    case 'string':
    case 'number':
    case 'boolean':
      return `a ${leaf.kind}`;
  }
}

function suggestion(path: JsonPlace['path'], left: readonly string[], leaf: JsonLeaf): string | undefined {
  if (leaf.kind === 'list') return leaf.length === 0 ? undefined : `name an item: 0 is the first, -1 the last`;
  if (leaf.kind !== 'object') return undefined;
  const dotted = left.join('.');
  if (left.length > 1 && leaf.keys.includes(dotted)) {
    return `write ${toPointer(...path, dotted)}, for that key has a dot in it`;
  }
  return suggestNear(left[0] ?? '', leaf.keys, (key) => [...path, key, ...left.slice(1)].join('.')).fix;
}

function badFile({ offset, message }: JsonFault, text: string, file: FoundFile): MetricFinding {
  const { line, column } = getLineAndColumn(text, offset);
  const why = file.unfinished ? '; it may still be being written' : '';
  return makeMissing('bad_file', `${file.shown}:${line}:${column} is no JSON: ${message}${why}`);
}
