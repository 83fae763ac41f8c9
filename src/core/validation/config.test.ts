import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  visitLeaves,
  EMPTY,
  buildLayerTree,
  mergeLayers,
  collectOrigins,
  overlay,
  makePlacelessLayer,
  getTreeAt,
  toValue,
  collectWritten,
  type Branch,
} from './config.ts';
import type { ValueMap } from '../value.ts';

function template(source: string, values: ValueMap, written: Record<string, string> = {}): Branch {
  return buildLayerTree(makePlacelessLayer(source, values, written), true);
}

describe('layers merge', () => {
  it('maps deeply, lists and scalars whole', () => {
    const low = template('low', { a: { x: 1, y: [1, 2] }, b: [1], num_gpus: 1 });
    const high = template('high', { a: { y: [3], z: {} }, b: { c: 1 }, c: null });
    expect(toValue(mergeLayers([low, high]))).toEqual({
      params: { a: { x: 1, y: [3], z: {} }, b: { c: 1 }, c: null },
      num_gpus: 1,
    });
  });

  it('keeping how numbers were written and where values came from', () => {
    const low = template('low', { lr: 0.1, sizes: [1, 2] }, { '/lr': '1e-1', '/sizes/0': '01' });
    const high = template('high', { lr: 0.01, opt: { wd: 1 } }, { '/lr': '1e-2' });
    const params = getTreeAt(mergeLayers([low, high]), ['params']) ?? EMPTY;
    expect(collectWritten(params)).toEqual({ '/lr': '1e-2', '/sizes/0': '01' });
    expect(collectOrigins(params)).toEqual({
      sources: ['high', 'low'],
      at: { '/lr': [0], '/sizes': [1], '/opt/wd': [0] },
    });
    expect(collectWritten(overlay(low, template('top', { lr: 1 })))).toEqual({ '/params/sizes/0': '01' });
  });

  it('with command and stages excluding each other', () => {
    const command = template('a', { command: 'x' });
    const stages = template('b', { stages: { train: { command: 'y' } } });
    expect([...mergeLayers([command, stages]).children.keys()]).toEqual(['stages']);
    expect([...mergeLayers([stages, command]).children.keys()]).toEqual(['command']);
  });

  it('names of JavaScript are names like any other', () => {
    const merged = mergeLayers([template('a', { constructor: 1 }), template('b', { toString: { valueOf: 2 } })]);
    expect(getTreeAt(merged, ['params', 'hasOwnProperty'])).toBeUndefined();
    expect(Object.entries(toValue(getTreeAt(merged, ['params']) ?? EMPTY) ?? {})).toEqual([
      ['constructor', 1],
      ['toString', { valueOf: 2 }],
    ]);
  });

  const anyLayer = fc.letrec<{ value: unknown; map: ValueMap }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 2 }),
      tie('map'),
    ),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'num_gpus'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }) as fc.Arbitrary<ValueMap>,
  })).map;

  it('in any grouping the same where a key is a map in all or in none, and every value has one origin', () => {
    fc.assert(
      fc.property(anyLayer, anyLayer, anyLayer, (a, b, c) => {
        fc.pre(agree([a, b, c]));
        const [low, middle, high] = [template('a', a), template('b', b), template('c', c)];
        const merged = mergeLayers([low, middle, high]);
        expect(toValue(overlay(low, overlay(middle, high)))).toEqual(toValue(merged));
        const leaves: string[] = [];
        visitLeaves(merged, (_, path) => leaves.push(path));
        expect(Object.keys(collectOrigins(merged).at)).toEqual(leaves);
      }),
    );
  });
});

/** Whether every key is a map in all layers that have it, or in none: else what counts depends on the order. */
function agree(maps: readonly unknown[]): boolean {
  const items = maps as readonly Readonly<Record<string, unknown>>[];
  const isPlainMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  return [...new Set(items.flatMap((map) => Object.keys(map)))].every((key) => {
    const values = items.filter((map) => Object.hasOwn(map, key)).map((map) => map[key]);
    return values.every(isPlainMap) ? agree(values) : !values.some(isPlainMap);
  });
}
