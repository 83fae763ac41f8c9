import { makeOptionError, readValues, splitName, type OptionText } from './axis-text.ts';
import { valueKey, type Distribution, type RandomSpace, type ReadValue } from './space.ts';

const FORM = /^\s*([a-z]+)\s*\((.*)\)\s*$/s;
const FORMS = 'uniform(a,b), loguniform(a,b), int(a,b), choice(a,b,c)';

/**
 * Reads `learning_rate=loguniform(1e-5,1e-1)`; also `uniform(a,b)`, `int(a,b)` with both bounds, `choice(a,b,c)`.
 *
 * @throws SheafError `sweep.option`
 */
export function parseDraw(source: OptionText, read: ReadValue): RandomSpace['draws'][number] {
  const { name, rest, offset } = splitName(source);
  const [, kind, inside] = FORM.exec(rest) ?? [];
  if (kind === undefined || inside === undefined) {
    throw makeOptionError(source, offset, `${JSON.stringify(rest)} is not a distribution`, {
      fix: `write one of ${FORMS}`,
    });
  }
  const at = offset + rest.indexOf('(') + 1;
  switch (kind) {
    case 'choice':
      return { name, distribution: choice(source, name, inside, at, read) };
    case 'uniform':
    case 'loguniform':
    case 'int':
      return { name, distribution: { kind, ...bounds(source, kind, inside, at) } };
    default:
      throw makeOptionError(source, offset, `there is no distribution "${kind}"`, { fix: `write one of ${FORMS}` });
  }
}

function choice(source: OptionText, name: string, inside: string, at: number, read: ReadValue): Distribution {
  const values = readValues(source, name, inside, at, read);
  if (new Set(values.map(({ value }) => valueKey(value))).size < values.length) {
    throw makeOptionError(source, at, `a value of ${name} is given twice`, { fix: 'give each choice once' });
  }
  return { kind: 'choice', values };
}

type Bounded = 'uniform' | 'loguniform' | 'int';

function bounds(source: OptionText, kind: Bounded, inside: string, at: number): { low: number; high: number } {
  const texts = inside.split(',').map((text) => text.trim());
  const [low = Number.NaN, high = Number.NaN] = texts.map((text) => (text === '' ? Number.NaN : Number(text)));
  if (texts.length !== 2 || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw makeOptionError(source, at, `${kind} takes two numbers and got "${inside}"`, { fix: `write ${kind}(a,b)` });
  }
  const wrong = boundsProblem(kind, low, high);
  if (wrong !== undefined) throw makeOptionError(source, at, `${kind}(${inside}) ${wrong.message}`, { fix: wrong.fix });
  return { low, high };
}

/** Below this share of the larger bound, 6 significant digits tell fewer than a thousand values apart. */
const NARROW = 1e-3;

function boundsProblem(kind: Bounded, low: number, high: number): { message: string; fix: string } | undefined {
  if (kind === 'int') {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
      return { message: 'has a bound that is not a whole number below 2^53', fix: 'write whole numbers' };
    }
    if (!Number.isSafeInteger(high - low + 1))
      return { message: 'spans 2^53 numbers or more', fix: 'bring the bounds together' };
    return low > high ? { message: 'has its bounds the wrong way round', fix: 'write the lower one first' } : undefined;
  }
  if (low >= high) return { message: 'needs a first number below the second', fix: 'write the lower one first' };
  if (kind === 'loguniform' && low <= 0) return { message: 'needs numbers above 0', fix: 'use uniform(a,b)' };
  if (!Number.isFinite(high - low)) return { message: 'is wider than numbers reach', fix: 'bring the bounds together' };
  if (high - low < NARROW * Math.max(Math.abs(low), Math.abs(high))) {
    return {
      message: 'is too narrow for 6 significant digits',
      fix: 'draw an offset instead, and add it in your code',
    };
  }
  return undefined;
}
