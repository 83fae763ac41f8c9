/** How a value is compared with a literal. `~` and `!~` take a glob. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';

/** A literal as written in a query. `text` is its source, without quotes. */
export type Literal =
  /** Quoted, or a bare word that is not a number. */
  | { readonly kind: 'text'; readonly text: string }
  /** A bare number. */
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  /** `7d`: this long ago. Only beside a field that holds a time. */
  | { readonly kind: 'age'; readonly text: string; readonly ms: number }
  /** `2026-03-01`, `2026-03-01T12:00Z`. Milliseconds since 1970. Only beside a field that holds a time. */
  | { readonly kind: 'time'; readonly text: string; readonly ms: number };

/** Two or more. */
export type Many<T> = readonly [T, T, ...T[]];

export type Query =
  | { readonly kind: 'or'; readonly items: Many<Query> }
  | { readonly kind: 'and'; readonly items: Many<Query> }
  | { readonly kind: 'not'; readonly item: Query }
  | { readonly kind: 'compare'; readonly field: string; readonly operator: Operator; readonly literal: Literal }
  | {
      readonly kind: 'in';
      readonly field: string;
      readonly negated: boolean;
      readonly literals: readonly [Literal, ...Literal[]];
    }
  | { readonly kind: 'has'; readonly field: string; readonly literal: Literal }
  | { readonly kind: 'missing'; readonly field: string };

/** `field = text`, whatever the text looks like. */
export function matchText(field: string, text: string): Extract<Query, { readonly kind: 'compare' }> {
  return { kind: 'compare', field, operator: '=', literal: { kind: 'text', text } };
}

/** The names of all fields that a query asks about, as written, each once. */
export function listQueryFields(query: Query): string[] {
  return [...new Set(fieldsOf(query))];
}

/** Whether a query compares a field with a text. */
export function namesValue(query: Query, field: string, text: string): boolean {
  switch (query.kind) {
    case 'or':
    case 'and':
      return query.items.some((item) => namesValue(item, field, text));
    case 'not':
      return namesValue(query.item, field, text);
    case 'compare':
    case 'has':
      return query.field === field && query.literal.text === text;
    case 'in':
      return query.field === field && query.literals.some((literal) => literal.text === text);
    case 'missing':
      return false;
  }
}

function fieldsOf(query: Query): string[] {
  switch (query.kind) {
    case 'or':
    case 'and':
      return query.items.flatMap(fieldsOf);
    case 'not':
      return fieldsOf(query.item);
    case 'compare':
    case 'in':
    case 'has':
    case 'missing':
      return [query.field];
  }
}
