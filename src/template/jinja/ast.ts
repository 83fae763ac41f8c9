import type { JinjaValue } from './values.ts';

/** An expression; `at` is where it begins in the text. */
export type Expression = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: JinjaValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'member'; readonly object: Expression; readonly key: string }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'slice'; readonly object: Expression; readonly start?: Expression; readonly stop?: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: Arguments }
  | { readonly kind: 'filter'; readonly operand: Expression; readonly name: string; readonly args: Arguments }
  | {
      readonly kind: 'test';
      readonly operand: Expression;
      readonly name: string;
      readonly args: Arguments;
      readonly negated: boolean;
    }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'sign'; readonly sign: '-' | '+'; readonly operand: Expression }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly condition: Expression; readonly yes: Expression; readonly no?: Expression }
);

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~';
export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface Comparison {
  readonly operator: Comparator;
  readonly value: Expression;
}

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

export type Statement = { readonly at: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly value: Expression; readonly raw: boolean }
  | { readonly kind: 'if'; readonly branches: readonly Condition[]; readonly otherwise: readonly Statement[] }
  | {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly items: Expression;
      readonly condition?: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression }
  /** Only in scripts: a part of another one that is replaced, or a part with a name. */
  | { readonly kind: 'block'; readonly name: string; readonly body: readonly Statement[] }
  | { readonly kind: 'extends'; readonly parent: string }
);

export interface Condition {
  readonly test: Expression;
  readonly body: readonly Statement[];
}
