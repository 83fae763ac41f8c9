import type { SourcePlace, Problem } from '../errors.ts';
import type { Origins } from '../experiment/frozen.ts';
import { isReserved, findReservedKey } from '../settings/reserved.ts';
import { isMap, toPointer, type JsonPointer, type Value, type ValueMap } from '../value.ts';
import { selectNumberSources, type NumberSources } from '../number-source.ts';

/** A place in a text. Both count from 1; columns are UTF-16 units, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One source of configuration: a file, an environment variable or the command line. */
export interface Layer {
  /** As shown to people: `templates/resnet.yaml`, `$SBATCH_ACCOUNT`, `command line`. */
  readonly source: string;
  /** Instead of the source in problems: `command line --learning-rate`. */
  readonly shownAs?: string;
  readonly values: ValueMap;
  readonly written: NumberSources;
  /** Where each key or list item stands; none for what is no file. */
  readonly places: { readonly [path: JsonPointer]: Position };
  /** A line of the file, for an excerpt. */
  lineText(line: number): string | undefined;
  /** The place in the file of the character at `offset` of the text at `path`, as near as possible. */
  placeIn(path: JsonPointer, offset: number): Position | undefined;
}

/** Where a value came from. */
export interface Origin {
  readonly layer: Layer;
  /** Inside the layer. */
  readonly path: JsonPointer;
}

/**
 * A merged configuration: maps are branches; scalars, lists and empty maps are leaves.
 *
 * Trees are never changed in place, so that the members of a sweep share what they have in common.
 */
export type Tree = Branch | Leaf;

export interface Branch {
  /** Where its key is written; none for what no file has, such as the whole tree. */
  readonly origin?: Origin;
  readonly children: ReadonlyMap<string, Tree>;
}

export interface Leaf {
  readonly value: Value;
  /** How the numbers in `value` were written, relative to it. */
  readonly written: NumberSources;
  readonly origin: Origin;
}

export const EMPTY: Branch = { children: new Map() };

export function isBranch(tree: Tree | undefined): tree is Branch {
  return tree !== undefined && 'children' in tree;
}

/** A source whose values have no places. */
export function makePlacelessLayer(
  source: string,
  values: ValueMap,
  written: NumberSources = {},
  shownAs: string = source,
): Layer {
  return { source, shownAs, values, written, places: {}, lineText: () => undefined, placeIn: () => undefined };
}

/**
 * A layer as a tree in which parameters are below `params` and reserved keys at the top.
 *
 * @param topIsParams in templates, a top-level key that is not reserved is a parameter, and null says that
 *   a value must be given
 */
export function buildLayerTree(layer: Layer, topIsParams: boolean): Branch {
  const children = new Map<string, Tree>();
  const params = new Map<string, Tree>();
  for (const [key, value] of Object.entries(layer.values)) {
    const path = toPointer(key);
    // A map whose entries are all commented out is an empty map; a default without a value does not count.
    if (value === null && (!topIsParams || findReservedKey(key)?.type === 'map')) continue;
    if (key === 'params' && isMap(value)) {
      for (const [name, item] of Object.entries(value))
        params.set(name, toTree(item, { layer, path: path + toPointer(name) }));
    } else if (topIsParams && !isReserved(key)) {
      params.set(key, toTree(value, { layer, path }));
    } else {
      children.set(key, toTree(value, { layer, path }));
    }
  }
  if (params.size > 0) children.set('params', { children: params });
  return { children };
}

/** A value with where it came from, as a tree. */
export function toTree(value: Value, origin: Origin): Tree {
  if (!isMap(value) || Object.keys(value).length === 0) {
    return { value, written: writtenOf(value, origin), origin };
  }
  const children = Object.entries(value).map(([key, item]): [string, Tree] => [
    key,
    toTree(item, { layer: origin.layer, path: origin.path + toPointer(key) }),
  ]);
  return { origin, children: new Map(children) };
}

const NONE: NumberSources = {};

function writtenOf(value: Value, { layer, path }: Origin): NumberSources {
  if (Array.isArray(value)) return selectNumberSources(layer.written, path);
  const text = layer.written[path];
  return text === undefined ? NONE : { '': text };
}

/** Keys whose maps are one thing: a rule that is given again replaces the old one whole. */
function replacesWhole(path: readonly string[]): boolean {
  return path.length === 2 && path[0] === 'harvest';
}

/** `high` over `low`: maps merge deeply, anything else is replaced. */
function mergeTrees(low: Tree | undefined, high: Tree, path: readonly string[] = []): Tree {
  if (low === undefined || !isBranch(low) || replacesWhole(path)) return high;
  if (!isBranch(high)) return isEmptyMap(high) ? low : high;
  const children = new Map(low.children);
  for (const [key, child] of high.children) children.set(key, mergeTrees(low.children.get(key), child, [...path, key]));
  const origin = high.origin ?? low.origin;
  return { ...(origin && { origin }), children };
}

function isEmptyMap(leaf: Leaf): boolean {
  return isMap(leaf.value);
}

/**
 * All layers as one tree, from low to high. `command` and `stages` exclude each other:
 * the higher layer's choice drops the other one of the layers below.
 */
export function mergeLayers(trees: readonly Branch[]): Branch {
  return trees.reduce(overlay, EMPTY);
}

/** One more layer on top. */
export function overlay(base: Branch, top: Branch): Branch {
  return mergeTrees(withoutRival(base, top), top) as Branch;
}

function withoutRival(base: Branch, top: Branch): Branch {
  const rival = top.children.has('stages') ? 'command' : top.children.has('command') ? 'stages' : undefined;
  if (rival === undefined || !base.children.has(rival)) return base;
  const children = new Map(base.children);
  children.delete(rival);
  return { ...base, children };
}

/** The tree at a path of keys. */
export function getTreeAt(tree: Tree | undefined, keys: readonly string[]): Tree | undefined {
  return keys.reduce<Tree | undefined>((at, key) => (isBranch(at) ? at.children.get(key) : undefined), tree);
}

/** A tree with one value put in; missing branches on the way are made. */
export function withTree(tree: Branch, keys: readonly string[], value: Tree): Branch {
  const [key, ...rest] = keys;
  if (key === undefined) return tree;
  const child = tree.children.get(key);
  const next = rest.length === 0 ? value : withTree(isBranch(child) ? child : EMPTY, rest, value);
  return { ...tree, children: new Map(tree.children).set(key, next) };
}

/** The plain value of a tree. */
export function toValue(tree: Tree): Value {
  if (!isBranch(tree)) return tree.value;
  const map: Record<string, Value> = {};
  for (const [key, child] of tree.children) map[key] = toValue(child);
  return map;
}

/** Calls `visit` for every leaf, with its path below `tree`. */
export function visitLeaves(tree: Tree, visit: (leaf: Leaf, path: JsonPointer) => void, path: JsonPointer = ''): void {
  if (!isBranch(tree)) return visit(tree, path);
  for (const [key, child] of tree.children) visitLeaves(child, visit, path + toPointer(key));
}

/** How all numbers of a tree were written, by their path in it. */
export function collectWritten(tree: Tree): NumberSources {
  const written: Record<JsonPointer, string> = {};
  visitLeaves(tree, (leaf, path) => {
    for (const [below, text] of Object.entries(leaf.written)) written[path + below] = text;
  });
  return written;
}

/** Where each value of a tree came from. Parameters are below `/params`, reserved keys at the top. */
export function collectOrigins(tree: Tree): Origins {
  const sources: string[] = [];
  const at: Record<JsonPointer, readonly [number, number?, number?]> = {};
  visitLeaves(tree, ({ origin }, path) => {
    let index = sources.indexOf(origin.layer.source);
    if (index < 0) index = sources.push(origin.layer.source) - 1;
    const place = origin.layer.places[origin.path];
    at[path] = place === undefined ? [index] : [index, place.line, place.column];
  });
  return { sources, at };
}

/** Where a value is written, for a problem: place and the line it is on. */
export function originPlace({ layer, path }: Origin): Pick<Problem, 'at' | 'excerpt'> {
  return placeAt(layer, layer.places[path]);
}

/** A position of a layer, for a problem. */
export function placeAt(layer: Layer, position: Position | undefined): { at: SourcePlace; excerpt?: string } {
  const file = layer.shownAs ?? layer.source;
  if (position === undefined) return { at: { file } };
  const excerpt = layer.lineText(position.line);
  return { at: { file, ...position }, ...(excerpt === undefined ? {} : { excerpt }) };
}

/** A problem with what is written at a place of the configuration. */
export function makeProblemAt(
  tree: Tree,
  code: string,
  message: string,
  more: Omit<Problem, 'code' | 'message' | 'at' | 'excerpt'> = {},
): Problem {
  return { code, message, ...more, ...(tree.origin && originPlace(tree.origin)) };
}
