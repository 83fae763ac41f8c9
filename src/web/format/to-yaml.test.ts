import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ValueMap } from '../../core/value.ts';
import { toYaml } from './to-yaml.ts';

test('parameters are written as a template has them', () => {
  expect(toYaml({ lr: 0.001, model: 'resnet50', optimizer: { name: 'on', betas: [0.9, 0.99] }, tag: '1e3' })).toBe(
    'lr: 0.001\nmodel: resnet50\noptimizer:\n  name: "on"\n  betas: [0.9, 0.99]\ntag: "1e3"\n',
  );
});

test('YAML gives the parameters back', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('no', '~', '1'));
  const { value } = fc.letrec<{ value: unknown; map: ValueMap }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
    map: fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }) as fc.Arbitrary<ValueMap>,
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value, { maxKeys: 4 }), (values) => {
      const given = JSON.parse(JSON.stringify(values)) as ValueMap;
      expect(parse(toYaml(given)) ?? {}).toEqual(given);
    }),
  );
});
