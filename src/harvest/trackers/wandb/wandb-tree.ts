import { visitJsonLeaves, type JsonScalar } from '../../read/json-leaves.ts';
import { isJsonObject, tryParseJson, type LooseJson } from '../../read/json-parse.ts';
import { readNumber } from '../../base/reading.ts';
import type { WandbChanges, WandbItem } from './wandb-record.ts';

/** A branch, or the JSON text of a value, parsed when it is needed: most of it is replaced before. */
type Branch = Map<string, Branch | string>;

/** Summary or configuration of a run, as its changes leave it. */
export interface WandbTree {
  readonly change: (changes: WandbChanges) => void;
  readonly leaves: () => Map<string, JsonScalar>;
}

/** An empty one. */
export function makeWandbTree(): WandbTree {
  const root: Branch = new Map();

  function change({ updates, removals }: WandbChanges): void {
    for (const { path, json } of updates) branchAt(root, path).set(path.at(-1) ?? '', json);
    for (const path of removals) branchAt(root, path).delete(path.at(-1) ?? '');
  }

  return { change, leaves: () => collectLeaves(itemsOf(root, []), 'into') };
}

/** The branch that holds the last key of a path. What is no branch yet becomes one. */
function branchAt(root: Branch, path: readonly string[]): Branch {
  let branch = root;
  for (const key of path.slice(0, -1)) {
    const below = branch.get(key);
    const next = below instanceof Map ? below : branchOf(below);
    branch.set(key, next);
    branch = next;
  }
  return branch;
}

function branchOf(json: string = '{}'): Branch {
  const value = tryParseJson(json);
  return new Map(isJsonObject(value) ? Object.entries(value).map(([key, one]) => [key, jsonOf(one)]) : []);
}

/** With numbers that `JSON.stringify` does not know. */
function jsonOf(value: LooseJson): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}:${jsonOf(one)}`)
    .join(',')}}`;
}

function* itemsOf(branch: Branch, path: readonly string[]): Generator<WandbItem> {
  for (const [key, below] of branch) {
    if (below instanceof Map) yield* itemsOf(below, [...path, key]);
    else yield { path: [...path, key], json: below };
  }
}

/**
 * Numbers, texts and booleans with their keys, dotted where they are nested. Of images, tables, histograms and the like,
 * which are objects that tell their `_type`, nothing is kept.
 */
export function collectLeaves(items: Iterable<WandbItem>, lists: 'skip' | 'into' = 'skip'): Map<string, JsonScalar> {
  const leaves = new Map<string, JsonScalar>();
  for (const { path, json } of items) {
    const key = path.join('.');
    const reading = readNumber(json);
    if (reading.kind === 'nonfinite' || (reading.kind === 'number' && reading.exact)) leaves.set(key, reading.value);
    else visitJsonLeaves(tryParseJson(json) ?? null, (name, leaf) => leaves.set(name, leaf), { key, lists });
  }
  const media = [...leaves.keys()].filter((key) => key.endsWith(TYPE)).map((key) => key.slice(0, 1 - TYPE.length));
  for (const key of leaves.keys()) if (media.some((prefix) => key.startsWith(prefix))) leaves.delete(key);
  return leaves;
}

const TYPE = '._type';
