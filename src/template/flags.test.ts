import { expect, it } from 'vitest';
import { flagWords, hydraWords } from './flags.ts';

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
  expect(flagWords(PARAMS, WRITTEN).join('|')).toBe(
    '--batch-size|256|--learning-rate|1e-4|--model|vit base|--amp|true|--sizes|512|256|--empty|--shift=-0.5|--note=-x|' +
      '--optimizer.name|adam|--optimizer.betas|9e-1|0.999|--optimizer.inner.a|1|--mixed|{"a": 1}|[1, 2]|null|b',
  );
});

/** Each of these was read back with Hydra 1.3. */
it('Hydra gets its own quotes', () => {
  expect(hydraWords(PARAMS, WRITTEN, 0)).toEqual([
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
  expect(hydraWords({ k: text }, {}, 0)).toEqual([word]);
});

it('a number that Hydra would take for a string is written plainly', () => {
  expect(hydraWords({ a: 10, b: 31, c: 5 }, { '/a': '010', '/b': '0x1F', '/c': '+5' }, 0)).toEqual([
    'a=10',
    'b=31',
    'c=5',
  ]);
});

it('a name that Hydra cannot write is refused', () => {
  expect(() => hydraWords({ '2d': 1 }, {}, 0)).toThrow('"2d" cannot be a key of Hydra');
  expect(() => hydraWords({ a: { 'b c': 1 } }, {}, 0)).toThrow('"a.b c" cannot be a key of Hydra');
});
