import { formatField, formatValue, type ExpectedHere, type QueryCompletion } from '../../../../core/query/query.ts';
import type { Api } from '../../../../server/index.ts';

/** What may be written at the caret of a query. */
export interface Suggestion {
  /** As it is written in the query. */
  readonly text: string;
  /** What it is: the source of a field, or how many experiments have the value. */
  readonly note: string;
}

/** What is known to complete a query with. */
export interface Vocabulary {
  readonly fields: readonly { readonly name: string; readonly source: 'record' | 'params' | 'results' }[];
  /** Of the field at the caret; undefined while they are read. */
  readonly values: Api['values']['answer'] | undefined;
}

const SOURCES = { record: 'field', params: 'parameter', results: 'result' } as const;
const MOST = 12;

/** The choices at the caret that begin with what is typed there, then those that have it inside. */
export function listSuggestions(completion: QueryCompletion, vocabulary: Vocabulary): Suggestion[] {
  const typed = completion.typed.toLowerCase();
  const ranked = completion.expected
    .flatMap((expected) => suggest(expected, vocabulary, typed !== ''))
    .map((suggestion) => ({ suggestion, at: suggestion.name.toLowerCase().indexOf(typed) }))
    .filter(({ suggestion, at }) => at >= 0 && suggestion.name !== completion.typed);
  const starting = ranked.filter(({ at }) => at === 0);
  const inside = ranked.filter(({ at }) => at > 0);
  return [...starting, ...inside].slice(0, MOST).map(({ suggestion: { text, note } }) => ({ text, note }));
}

/** The field whose values would help at the caret. */
export function findValueField({ expected }: QueryCompletion): string | undefined {
  return expected.find((each) => each.kind === 'value')?.field;
}

/** The query with a choice in place of what was typed, and where the caret is then. */
export function applySuggestion(
  query: string,
  { from, to }: QueryCompletion,
  { text }: Suggestion,
): { readonly text: string; readonly caret: number } {
  const after = query.slice(to);
  const written = after.startsWith(' ') ? text : `${text} `;
  const caret = from + written.length + (after.startsWith(' ') ? 1 : 0);
  return { text: query.slice(0, from) + written + after, caret };
}

type Named = Suggestion & { readonly name: string };

function suggest(expected: ExpectedHere, vocabulary: Vocabulary, isTyped: boolean): Named[] {
  switch (expected.kind) {
    case 'field':
      return vocabulary.fields.map(({ name, source }) => ({ name, text: formatField(name), note: SOURCES[source] }));
    case 'operator':
      return expected.operators.map((text) => ({ name: text, text, note: '' }));
    case 'value':
      return (vocabulary.values?.counts ?? []).flatMap(suggestValue);
    case 'keyword':
      // Words that are seldom meant come only for what is typed.
      return isTyped || !RARE.has(expected.text) ? [{ name: expected.text, text: expected.text, note: '' }] : [];
  }
}

const RARE: ReadonlySet<string> = new Set(['not', '(', ')', ',']);

function suggestValue({ value, count }: Api['values']['answer']['counts'][number]): Named[] {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  return [{ name: String(value), text: formatValue(value), note: String(count) }];
}
