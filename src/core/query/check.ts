import type { Problem, SheafError } from '../errors.ts';
import { isClosedGlob } from '../text/glob.ts';
import { suggestName } from '../text/nearest.ts';
import { recordField, type RecordField } from '../fields/record-fields.ts';
import type { Literal, Query } from './ast.ts';

type Report = (code: `query.${string}`, message: string, parts: Pick<Problem, 'why' | 'fix'>) => SheafError;

/**
 * Refuses comparisons that could never be true: a status that does not exist, `tags = lr`, a time as text.
 *
 * @throws SheafError `query.glob`, `query.time`, `query.list`, `query.number`, `query.value`
 */
export function checkComparison(query: Query, report: Report): void {
  if (query.kind === 'compare' && isGlob(query) && !isClosedGlob(query.literal.text)) {
    throw report('query.glob', `the pattern ${JSON.stringify(query.literal.text)} has a "[" without its "]"`, {
      fix: 'close the set, or write [[] for the character "[" itself',
    });
  }
  if (query.kind !== 'compare' && query.kind !== 'in' && query.kind !== 'has') return;
  const field = recordField(query.field);
  if (field === undefined) return;
  checkOperator(field, query, report);
  if (query.kind === 'compare' && isGlob(query)) return;
  const literals = query.kind === 'in' ? query.literals : [query.literal];
  for (const literal of literals) checkLiteral(field, literal, report);
}

type Comparison = Extract<Query, { kind: 'compare' | 'in' | 'has' }>;

function isGlob({ operator }: Extract<Query, { kind: 'compare' }>): boolean {
  return operator === '~' || operator === '!~';
}

function checkOperator(field: RecordField, query: Comparison, report: Report): void {
  const { name, kind } = field;
  if ((kind === 'list') !== (query.kind === 'has')) {
    throw kind === 'list'
      ? report('query.list', `${name} is a list and is asked with "has"`, {
          fix: `write ${name} has ${example(query)}`,
        })
      : report('query.list', `${name} is not a list`, { fix: `write ${name} = ${example(query)}` });
  }
  const ordered = query.kind === 'compare' && ['<', '<=', '>', '>='].includes(query.operator);
  if (kind === 'time' && !ordered) {
    throw report('query.time', `${name} is a time and is asked with < <= > or >=`, {
      fix: `write ${name} > 7d (newer than), or ${name} >= 2026-03-01 and ${name} < 2026-03-02`,
    });
  }
}

function example(query: Comparison): string {
  return query.kind === 'in' ? query.literals[0].text : query.literal.text;
}

function checkLiteral(field: RecordField, literal: Literal, report: Report): void {
  const shown = JSON.stringify(literal.text);
  if (field.kind === 'time' && literal.kind === 'text') {
    throw report('query.time', `${shown} is not a time`, {
      fix: 'write an age such as 30m, 12h, 7d or 2w, or a date such as 2026-03-01 or 2026-03-01T12:00',
    });
  }
  if (field.kind === 'number' && literal.kind !== 'number') {
    throw report('query.number', `${field.name} is a number, and ${shown} is text`, {
      fix: 'write the number without quotes',
    });
  }
  if (field.choices !== undefined && !field.choices.includes(literal.text)) {
    throw report('query.value', `${field.name} is never ${shown}`, {
      why: `it is one of ${field.choices.join(', ')}`,
      fix: suggestName(literal.text, field.choices, 'write one of those'),
    });
  }
}
