import fc from 'fast-check';
import { RECORD_FIELDS } from '../../src/core/fields/record-fields.ts';
import type { Literal, Query } from '../../src/core/query/query.ts';

const recordNames = new Set(RECORD_FIELDS.map((field) => field.name));
/** Any text that a query can have. */
export const anyText: fc.Arbitrary<string> = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((text) => !text.includes('\0'));
const field = fc
  .oneof(fc.constantFrom('lr', 'params.x', 'results.val-acc', 'in', 'AND', 'größe', 'constructor'), anyText)
  .filter((name) => name !== '' && !recordNames.has(name));
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('1e-4', '+5', '.5', '5.', '-0', '007', '1E3'),
);
const literal: fc.Arbitrary<Literal> = fc.oneof(
  anyText.map((text): Literal => ({ kind: 'text', text })),
  fc.constantFrom('lr_*', '7d', '12', 'true', 'or', '1e999').map((text): Literal => ({ kind: 'text', text })),
  numberText.map((text): Literal => ({ kind: 'number', text, value: Number(text) })),
);
const age: Literal = { kind: 'age', text: '36h', ms: 129_600_000 };
const instant: Literal = { kind: 'time', text: '2026-03-01T12:00:00Z', ms: Date.parse('2026-03-01T12:00:00Z') };

/** Any query of one comparison. */
export const comparison: fc.Arbitrary<Query> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field,
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    literal,
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field,
    operator: fc.constantFrom('~', '!~'),
    literal: literal.filter(({ text }) => !text.includes('[')),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant('created'),
    operator: fc.constantFrom('<', '>='),
    literal: fc.constantFrom(age, instant),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field,
    negated: fc.boolean(),
    literals: fc.tuple(literal, literal).map(([first, second]): [Literal, ...Literal[]] => [first, second]),
  }),
  fc.record({ kind: fc.constant('has' as const), field, literal }),
  fc.record({ kind: fc.constant('missing' as const), field }),
);

const tree = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    comparison,
    fc.record({ kind: fc.constant('not' as const), item: tie('query') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      items: fc
        .tuple(tie('query'), tie('query'), fc.array(tie('query'), { maxLength: 2 }))
        .map(([first, second, rest]): [Query, Query, ...Query[]] => [first, second, ...rest]),
    }),
  ),
}));

/** Any query, of a few levels. */
export const query: fc.Arbitrary<Query> = tree.query;
