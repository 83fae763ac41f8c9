import { inputError, type SheafError } from '../errors.ts';
import { suggestName } from '../text/nearest.ts';

/** Arithmetic over named numbers: `train_time / 3600`, `100 * (1 - error)`, `log10(lr)`, `` `val/loss` * 2 ``. */
export interface Expression {
  readonly text: string;
  /** Each name once, in the order of first use. */
  readonly names: readonly string[];
  readonly root: Node;
}

type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly compute: (...args: readonly number[]) => number; readonly args: readonly Node[] };

/**
 * Evaluates an expression.
 *
 * @returns undefined when a name in it has no number
 */
export function evaluate({ root }: Expression, lookup: (name: string) => number | undefined): number | undefined {
  return valueOf(root, lookup);
}

function valueOf(node: Node, lookup: (name: string) => number | undefined): number | undefined {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'name':
      return lookup(node.name);
    case 'call': {
      const args = node.args.map((arg) => valueOf(arg, lookup));
      return args.every((arg) => arg !== undefined) ? node.compute(...args) : undefined;
    }
  }
}

interface Operator {
  readonly power: number;
  readonly fromRight?: true;
  readonly compute: (a: number, b: number) => number;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': { power: 1, compute: (a, b) => a + b },
  '-': { power: 1, compute: (a, b) => a - b },
  '*': { power: 2, compute: (a, b) => a * b },
  '/': { power: 2, compute: (a, b) => a / b },
  '%': { power: 2, compute: (a, b) => a % b },
  '**': { power: 4, fromRight: true, compute: (a, b) => a ** b },
};

/** As in Python and C, `-2 ** 2` is -4 and `-2 * 3` is (-2) * 3. */
const NEGATION_POWER = 3;

interface Fn {
  readonly least: number;
  readonly most: number;
  readonly compute: (...args: readonly number[]) => number;
}

const one = (compute: (x: number) => number): Fn => ({ least: 1, most: 1, compute: (x = NaN) => compute(x) });

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  abs: one(Math.abs),
  ceil: one(Math.ceil),
  exp: one(Math.exp),
  floor: one(Math.floor),
  log: one(Math.log),
  log10: one(Math.log10),
  log2: one(Math.log2),
  max: { least: 1, most: Infinity, compute: Math.max },
  min: { least: 1, most: Infinity, compute: Math.min },
  round: { least: 1, most: 2, compute: (x = NaN, digits = 0) => rounded(x, digits) },
  sqrt: one(Math.sqrt),
};

/** A number that is too large for this many digits after the point has none that rounding could remove. */
function rounded(x: number, digits: number): number {
  const scale = 10 ** digits;
  if (scale === 0 && Number.isFinite(x)) return 0;
  const result = Math.round(x * scale) / scale;
  return Number.isFinite(result) ? result : x;
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{M}\p{N}_.]*)|`(?<quoted>[^`]+)`|(?<sign>\*\*|[-+*/%(),]))/uy;

interface Token {
  readonly kind: 'number' | 'name' | 'quoted' | 'sign' | 'end';
  readonly text: string;
  /** UTF-16 units from 0. */
  readonly at: number;
}

/** As many as any stack holds when they stand one in the other. */
const MOST_TOKENS = 2000;

/** Nesting far above what people write and far below what a stack holds. */
const DEEPEST = 100;

/**
 * Reads an expression: numbers, names (other ones in backticks), `+ - * / % **`, brackets, and abs, ceil, exp, floor, log,
 * log2, log10, max, min, round, sqrt.
 *
 * @throws SheafError `expression.syntax`, `expression.function`, with the place in the text
 */
export function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  if (tokens.length > MOST_TOKENS)
    throw problem(text, tokens[MOST_TOKENS]?.at ?? 0, `it has more than ${MOST_TOKENS} numbers, names and signs`);
  const names = new Set<string>();
  let [position, depth] = [0, 0];

  const peek = (): Token => tokens[position] ?? { kind: 'end', text: '', at: text.length };
  const isSign = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign;
  const take = (sign: string): boolean => {
    const found = isSign(sign);
    if (found) position += 1;
    return found;
  };

  function whole(): Node {
    const root = sum(0);
    if (peek().kind !== 'end') throw unexpected('an operator such as + or *');
    return root;
  }

  /** What binds tighter than `power`. */
  function sum(power: number): Node {
    depth += 1;
    if (depth > DEEPEST) throw problem(text, peek().at, `it is nested more than ${DEEPEST} deep`);
    let left = operand();
    for (;;) {
      const operator = peek().kind === 'sign' ? OPERATORS[peek().text] : undefined;
      if (operator === undefined || operator.power <= power) break;
      position += 1;
      const right = sum(operator.fromRight ? operator.power - 1 : operator.power);
      const { compute } = operator;
      left = { kind: 'call', compute: (a = NaN, b = NaN) => compute(a, b), args: [left, right] };
    }
    depth -= 1;
    return left;
  }

  function operand(): Node {
    if (take('-')) return { kind: 'call', compute: (x = NaN) => -x, args: [sum(NEGATION_POWER)] };
    if (take('+')) return sum(NEGATION_POWER);
    if (take('(')) {
      const inside = sum(0);
      if (!take(')')) throw unexpected('")"');
      return inside;
    }
    const token = peek();
    if (token.kind === 'sign' || token.kind === 'end') throw unexpected('a number or a name');
    position += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'name' && isSign('(')) return call(token);
    names.add(token.text);
    return { kind: 'name', name: token.text };
  }

  function call({ text: name, at }: Token): Node {
    const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (fn === undefined) {
      const known = Object.keys(FUNCTIONS);
      throw problem(text, at, `there is no function ${name}`, {
        code: 'expression.function',
        fix: suggestName(name, known, `there are ${known.join(', ')}`),
      });
    }
    position += 1;
    const args = [sum(0)];
    while (take(',')) args.push(sum(0));
    if (!take(')')) throw unexpected('")"');
    if (args.length < fn.least || args.length > fn.most)
      throw problem(
        text,
        at,
        `${name} takes ${fn.most === fn.least ? 'one number' : `${fn.least} or ${fn.most} numbers`}`,
      );
    return { kind: 'call', compute: fn.compute, args };
  }

  function unexpected(wanted: string): SheafError {
    const { kind, text: found, at } = peek();
    const got = kind === 'end' ? 'it ends' : `found "${found}"`;
    return problem(text, at, `expected ${wanted}, but ${got}`);
  }

  const root = whole();
  return { text, names: [...names], root };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) {
      const place = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      throw problem(text, place, `it cannot have ${JSON.stringify(text[place])} here`, {
        fix: 'put names with other characters in backticks: `val/loss`',
      });
    }
    const [kind, found] = Object.entries(groups).find(([, value]) => value !== undefined) ?? ['sign', ''];
    const width = kind === 'quoted' ? found.length + 2 : found.length;
    tokens.push({ kind: kind as Token['kind'], text: found, at: TOKEN.lastIndex - width });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

const LONGEST_SHOWN = 200;

function problem(
  text: string,
  offset: number,
  why: string,
  { code = 'expression.syntax', fix }: { code?: string; fix?: string } = {},
): SheafError {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return inputError(code, `the expression ${shown} cannot be read: ${why}`, {
    why: `character ${offset + 1}`,
    ...(fix !== undefined && { fix }),
  });
}
