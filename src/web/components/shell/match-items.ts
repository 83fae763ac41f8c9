import { formatQuery } from '../../../core/query/query.ts';

/** A query for experiments with this text in their names. */
export function whereNamed(text: string): string {
  const pattern = `*${text.replace(/[[*?]/g, '[$&]')}*`;
  return formatQuery({ kind: 'compare', field: 'exp_id', operator: '~', literal: { kind: 'text', text: pattern } });
}

/** Whether a name has a text, in any case. */
export function hasText(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}

/** Whether a name has all words of a text, in any case and order. */
export function hasWords(name: string, text: string): boolean {
  const inside = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => inside.includes(word));
}
