import type { JinjaValue } from './values.ts';

/** An expression; `at` is where it begins in the text. */
export type JinjaExpression = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: JinjaValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly JinjaExpression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [JinjaExpression, JinjaExpression])[] }
  | { readonly kind: 'member'; readonly object: JinjaExpression; readonly key: string }
  | { readonly kind: 'index'; readonly object: JinjaExpression; readonly index: JinjaExpression }
  | {
      readonly kind: 'slice';
      readonly object: JinjaExpression;
      readonly start?: JinjaExpression;
      readonly stop?: JinjaExpression;
    }
  | { readonly kind: 'call'; readonly callee: JinjaExpression; readonly args: Arguments }
  | { readonly kind: 'filter'; readonly operand: JinjaExpression; readonly name: string; readonly args: Arguments }
  | {
      readonly kind: 'test';
      readonly operand: JinjaExpression;
      readonly name: string;
      readonly args: Arguments;
      readonly negated: boolean;
    }
  | { readonly kind: 'not'; readonly operand: JinjaExpression }
  | { readonly kind: 'sign'; readonly sign: '-' | '+'; readonly operand: JinjaExpression }
  | {
      readonly kind: 'logic';
      readonly operator: 'and' | 'or';
      readonly left: JinjaExpression;
      readonly right: JinjaExpression;
    }
  | { readonly kind: 'compare'; readonly first: JinjaExpression; readonly rest: readonly JinjaComparison[] }
  | {
      readonly kind: 'operation';
      readonly operator: JinjaOperator;
      readonly left: JinjaExpression;
      readonly right: JinjaExpression;
    }
  | {
      readonly kind: 'choice';
      readonly condition: JinjaExpression;
      readonly yes: JinjaExpression;
      readonly no?: JinjaExpression;
    }
);

export type JinjaOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~';
export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface JinjaComparison {
  readonly operator: Comparator;
  readonly value: JinjaExpression;
}

export interface Arguments {
  readonly positional: readonly JinjaExpression[];
  readonly named: ReadonlyMap<string, JinjaExpression>;
}

export type Statement = { readonly at: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly value: JinjaExpression; readonly raw: boolean }
  | { readonly kind: 'if'; readonly branches: readonly Condition[]; readonly otherwise: readonly Statement[] }
  | {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly items: JinjaExpression;
      readonly condition?: JinjaExpression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'set'; readonly name: string; readonly value: JinjaExpression }
  /** Only in scripts: a part of another one that is replaced, or a part with a name. */
  | { readonly kind: 'block'; readonly name: string; readonly body: readonly Statement[] }
  | { readonly kind: 'extends'; readonly parent: string }
);

export interface Condition {
  readonly test: JinjaExpression;
  readonly body: readonly Statement[];
}
