import { isMap, type Value, type ValueMap } from '../value.ts';
import type { Fingerprint, Fingerprints } from './fingerprint.ts';

/** The version of `inputs.json` that jobs write. */
const INPUT_RECORD_SCHEMA = 1;

/**
 * Reads `inputs.json`: what a job found when it walked its inputs. Undefined if it is not there, or if it is not whole, as
 * that of a job that was killed.
 */
export function parseInputRecord(text: string | undefined): Fingerprints | undefined {
  const record = parseMap(text);
  const inputs = record?.['inputs'];
  if (record?.['schema'] !== INPUT_RECORD_SCHEMA || !isMap(inputs ?? null)) return undefined;
  const read = Object.entries(inputs as ValueMap).map(([name, value]) => [name, parseFingerprint(value)] as const);
  return read.some(([, found]) => found === undefined)
    ? undefined
    : (Object.fromEntries(read) as { [name: string]: Fingerprint });
}

function parseMap(text: string | undefined): ValueMap | undefined {
  try {
    const value = JSON.parse(text ?? '') as Value;
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseFingerprint(value: Value): Fingerprint | undefined {
  if (!isMap(value)) return undefined;
  const { path, files, bytes, newest_ms: newestMs, names, listing, content, why } = value;
  if (typeof path !== 'string' || typeof files !== 'number' || typeof bytes !== 'number') return undefined;
  const counted = { path, files, bytes, ...(typeof newestMs === 'number' && { newestMs }) };
  if (typeof why === 'string') return { kind: 'partial', ...counted, why };
  if (typeof names !== 'string' || typeof listing !== 'string') return undefined;
  return { kind: 'whole', ...counted, names, listing, ...(typeof content === 'string' && { content }) };
}
