import { formatCount } from '../../../core/text/phrases.ts';
import { JsonFault, getLineAndColumn } from '../../read/json-lookup.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../read/json-parse.ts';
import type { ReadOptions } from '../../base/source.ts';
import type { FoundFile } from '../../base/found-file.ts';
import { readWholeText } from '../../read/byte-chunks.ts';
import type { Collector } from './collector.ts';

/** The document is held in memory. */
const MOST_BYTES: number = 128 * 2 ** 20;

/**
 * The object that a JSON file holds.
 *
 * @returns undefined when it holds none, which `collector` reports
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function readJsonObject(
  file: FoundFile,
  options: ReadOptions,
  collector: Collector,
): Promise<JsonObject | undefined> {
  const { shown, size, unfinished } = file;
  if (size > MOST_BYTES) {
    collector.note(
      `${shown} has ${formatCount(size, 'byte')}; JSON is read here up to ${formatCount(MOST_BYTES, 'byte')}`,
    );
    return undefined;
  }
  const text = await readWholeText(file, options);
  try {
    const value = parseJson(text);
    if (isJsonObject(value)) return value;
    collector.note(`${shown} holds no JSON object`);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const why = unfinished ? '; it may still be being written' : '';
    collector.note(text.trim() === '' ? `${shown} is empty${why}` : `${faultWords(error, text, shown)}${why}`);
  }
  return undefined;
}

function faultWords({ offset, message }: JsonFault, text: string, shown: string): string {
  const { line, column } = getLineAndColumn(text, offset);
  return `${shown}:${line}:${column} is no JSON: ${message}`;
}
