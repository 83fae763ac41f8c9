import { expect, it } from 'vitest';
import type { FlagStyle } from '../../core/settings/flag-style.ts';
import { renderFlagWords, renderHydraWords } from './flags.ts';

const PARAMS = {
  batch_size: 256,
  learning_rate: 0.0001,
  model: 'vit base',
  amp: true,
  sizes: [512, 256],
  empty: [],
  nothing: null,
  shift: -0.5,
  note: '-x',
  optimizer: { name: 'adam', betas: [0.9, 0.999], weight_decay: null, inner: { a: 1 } },
  mixed: [{ a: 1 }, [1, 2], null, 'b'],
};
const WRITTEN = { '/learning_rate': '1e-4', '/optimizer/betas/0': '9e-1' };

it('flags are what most programs take', () => {
  expect(renderFlagWords(PARAMS, WRITTEN, 0).join('|')).toBe(
    '--batch-size|256|--learning-rate|1e-4|--model|vit base|--amp|true|--sizes|512|256|--empty|--shift=-0.5|--note=-x|' +
      '--optimizer.name|adam|--optimizer.betas|9e-1|0.999|--optimizer.inner.a|1|--mixed|{"a": 1}|[1, 2]|null|b',
  );
});

it('flags of other styles keep names as they are written', () => {
  const words = (style: FlagStyle): string => renderFlagWords(SOME, {}, 0, style).join('|');
  const SOME = { 'weight-decay': 0.1, batch_size: 256, sizes: [512, 256], empty: [], shift: -0.5, sgd: { lr_max: 1 } };
  expect(words('underscore')).toBe(
    '--weight-decay|0.1|--batch_size|256|--sizes|512|256|--empty|--shift=-0.5|--sgd.lr_max|1',
  );
  expect(words('single-dash')).toBe(
    '-weight-decay|0.1|-batch_size|256|-sizes|512|256|-empty|-shift=-0.5|-sgd.lr_max|1',
  );
  expect(words('equals')).toBe(
    '--weight-decay=0.1|--batch_size=256|--sizes=512,256|--empty=|--shift=-0.5|--sgd.lr_max=1',
  );
});

it('a name with the sign of a Hydra override adds, forces or deletes a key, and is no flag', () => {
  const params = {
    '+trainer.max_epochs': 5,
    '++seed': 1,
    '~callbacks': true,
    '~logger': false,
    '~db': 'mysql',
    '+m': { a: 1 },
  };
  expect(renderHydraWords(params, {}, 0)).toEqual([
    '+trainer.max_epochs=5',
    '++seed=1',
    '~callbacks',
    '~db=mysql',
    '+m.a=1',
  ]);
  expect(() => renderFlagWords(params, {}, 0)).toThrow('"+trainer.max_epochs" cannot be a flag');
});

/** Each of these was read back with Hydra 1.3. */
it('Hydra gets its own quotes', () => {
  expect(renderHydraWords(PARAMS, WRITTEN, 0)).toEqual([
    'batch_size=256',
    'learning_rate=1e-4',
    "model='vit base'",
    'amp=true',
    'sizes=[512,256]',
    'empty=[]',
    'shift=-0.5',
    "note='-x'",
    'optimizer.name=adam',
    'optimizer.betas=[9e-1,0.999]',
    'optimizer.inner.a=1',
    'mixed=[{a:1},[1,2],null,b]',
  ]);
});

it.each([
  ["it's", "k='it\\'s'"],
  ["a\\'", "k='a\\\\\\''"],
  ['a\\', "k='a\\\\'"],
  ['${x}', "k='\\${x}'"],
  ['1e-4', "k='1e-4'"],
  ['True', "k='True'"],
  ['', "k=''"],
  ['a,b', "k='a,b'"],
  ['/data/x.y', 'k=/data/x.y'],
  ['é\n', "k='é\n'"],
])('%j is %j to Hydra', (text, word) => {
  expect(renderHydraWords({ k: text }, {}, 0)).toEqual([word]);
});

it('a number that Hydra would take for a string is written plainly', () => {
  expect(renderHydraWords({ a: 10, b: 31, c: 5 }, { '/a': '010', '/b': '0x1F', '/c': '+5' }, 0)).toEqual([
    'a=10',
    'b=31',
    'c=5',
  ]);
});

it('a name that Hydra cannot write is refused', () => {
  expect(() => renderHydraWords({ '2d': 1 }, {}, 0)).toThrow('"2d" cannot be a key of Hydra');
  expect(() => renderHydraWords({ a: { 'b c': 1 } }, {}, 0)).toThrow('"a.b c" cannot be a key of Hydra');
});
