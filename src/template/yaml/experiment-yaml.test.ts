import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Frozen } from '../../core/experiment/frozen.ts';
import { toPointer, type Value, type ValueMap } from '../../core/value.ts';
import { parsePlainScalar, selectNumberSources } from '../../core/number-source.ts';
import { writeExperimentYaml } from './experiment-yaml.ts';
import { parseYaml } from './yaml.ts';

const HEADER = {
  expId: 'lr_1',
  key: 'k3y',
  description: 'Baseline: "first"',
  tags: ['hp-sweep', 'lr'],
  notes: [],
  createdMs: Date.UTC(2026, 10, 23, 12),
  user: 'ada',
};

function frozen(params: ValueMap, written: Frozen['written'] = {}): Frozen {
  return {
    template: 'resnet',
    params,
    written,
    seeds: [],
    settings: {
      resources: { partition: ['a', 'b'], time_limit: '1:00:00' },
      command: 'python a.py \\\n  {{ flags }}\n',
    },
    origins: { sources: [], at: {} },
  };
}

it('is a readable copy', () => {
  const params = { lr: 0.0001, name: 'NO', sizes: [1, 2], opt: { wd: 0.1, empty: {} }, limit: 'inf' };
  expect(writeExperimentYaml(frozen(params, { '/lr': '1e-4', '/limit': 'inf' }), HEADER)).toMatchInlineSnapshot(`
    "# What this experiment runs. Parameters never change; the rest only with sheaf retry --fresh.
    # This is a copy for people: the record is in .sheaf/journal.
    exp_id: lr_1
    description: "Baseline: \\"first\\""
    tags: [hp-sweep, lr]
    created: "2026-11-23T12:00:00.000Z"
    user: ada
    key: k3y
    template: resnet
    params:
      lr: 1e-4
      name: "NO"
      sizes: [1, 2]
      opt:
        wd: 0.1
        empty: {}
      limit: .inf
    resources:
      partition: [a, b]
      time_limit: "1:00:00"
    command: |
      python a.py \\
        {{ flags }}
    "
  `);
});

/** A value and its numbers as some person could have written them. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.maxSafeInteger().map(String),
  fc.constantFrom(
    '1e-4',
    '010',
    '0x1F',
    '+5',
    '.5',
    '5.',
    '12345678901234567890',
    '1E3',
    '-0',
    '.inf',
    '-.inf',
    '.nan',
  ),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'a1 :#-?[]{},&*!|>\'"%@`\n\t.~='.split('')) }),
  fc.constantFrom('inf', 'true', '1e-4', ''),
);
const leaf = fc.oneof(
  number.map((source) => ({ number: source })),
  text,
  fc.boolean(),
  fc.constant(null),
);
type Drawn = { number: string } | string | boolean | null | Drawn[] | Map<string, Drawn>;
const drawn = fc.letrec<{ value: Drawn }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .dictionary(
        text.filter((key) => key !== '__proto__'),
        tie('value'),
        { maxKeys: 3 },
      )
      .map((map) => new Map(Object.entries(map))),
  ),
})).value;

it('returns the same values and the same written numbers', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), drawn, { maxKeys: 5 }), (params) => {
      const written: Record<string, string> = {};
      const valueOf = (value: Drawn, path: string): Value => {
        if (Array.isArray(value)) return value.map((item, i) => valueOf(item, path + toPointer(i)));
        if (value instanceof Map)
          return Object.fromEntries([...value].map(([key, item]) => [key, valueOf(item, path + toPointer(key))]));
        if (typeof value !== 'object' || value === null) return value;
        const scalar = parsePlainScalar(value.number);
        if (scalar.written !== undefined) written[path] = scalar.written;
        return scalar.value;
      };
      const values = Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, valueOf(value, toPointer(name))]),
      );
      const layer = parseYaml(writeExperimentYaml(frozen(values, written), HEADER), 'experiment.yaml');
      expect(layer.values['params'] ?? {}).toEqual(values);
      expect(selectNumberSources(layer.written, '/params')).toEqual(written);
      expect(layer.values).toMatchObject({
        exp_id: 'lr_1',
        command: 'python a.py \\\n  {{ flags }}\n',
        resources: { partition: ['a', 'b'], time_limit: '1:00:00' },
      });
    }),
    { numRuns: 500 },
  );
});
