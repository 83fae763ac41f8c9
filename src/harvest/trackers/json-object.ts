import { counted } from '../../core/number-text.ts';
import { JsonFault } from '../json-lookup.ts';
import { parseJson, type LooseJson } from '../json-parse.ts';
import type { FoundFile, ReadOptions } from '../source.ts';
import { textChunks } from '../text-chunks.ts';
import type { Collector } from './collector.ts';

export type JsonObject = Readonly<Record<string, LooseJson>>;

/** The document is held in memory. */
const MOST_BYTES: number = 128 * 2 ** 20;

/**
 * The object that a JSON file holds.
 *
 * @returns undefined when it holds none, which `collector` is told
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function readJsonObject(
  file: FoundFile,
  options: ReadOptions,
  collector: Collector,
): Promise<JsonObject | undefined> {
  const { shown, size, unfinished } = file;
  if (size > MOST_BYTES) {
    collector.note(`${shown} has ${counted(size, 'byte')}; JSON is read here up to ${counted(MOST_BYTES, 'byte')}`);
    return undefined;
  }
  const parts: string[] = [];
  for await (const text of textChunks(file, options)) parts.push(text);
  const text = parts.join('');
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
    collector.note(`${shown} holds no JSON object`);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const why = unfinished ? '; it may still be being written' : '';
    collector.note(text.trim() === '' ? `${shown} is empty${why}` : `${faultWords(error, text, shown)}${why}`);
  }
  return undefined;
}

export function isObject(value: LooseJson | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultWords({ offset, message }: JsonFault, text: string, shown: string): string {
  const before = text.slice(0, offset);
  const [line, column] = [before.split('\n').length, offset - before.lastIndexOf('\n')];
  return `${shown}:${line}:${column} is no JSON: ${message}`;
}
