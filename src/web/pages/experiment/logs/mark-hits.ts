import type { TerminalSpan } from '../../../../core/text/terminal.ts';

/** A part of a line, of which all or nothing is what the search has found. */
export interface MarkedSpan extends TerminalSpan {
  readonly isHit: boolean;
}

/**
 * Cuts the parts of a line where a hit begins and ends, in both cases of letters; it may go across parts.
 *
 * @param wanted nothing is marked while it is empty
 */
export function markHits(spans: readonly TerminalSpan[], wanted: string): MarkedSpan[] {
  const line = spans.map(({ text }) => text).join('');
  const hits = findHits(line, wanted);
  let at = 0;
  return spans.flatMap(({ text, classes }) => {
    const [start, end] = [at, at + text.length];
    at = end;
    const cuts = hits.flatMap(({ from, to }) => [from, to]).filter((cut) => cut > start && cut < end);
    const edges = [start, ...cuts, end];
    return edges.slice(1).map((to, i): MarkedSpan => {
      const from = edges[i] ?? start;
      return { text: line.slice(from, to), classes, isHit: hits.some((hit) => hit.from <= from && to <= hit.to) };
    });
  });
}

/** One after the other, in their order; none if lower case has another length, as of the Turkish I. */
function findHits(line: string, wanted: string): { readonly from: number; readonly to: number }[] {
  const [lower, text] = [line.toLowerCase(), wanted.toLowerCase()];
  if (text === '' || lower.length !== line.length) return [];
  const hits = [];
  for (let from = lower.indexOf(text); from >= 0; from = lower.indexOf(text, from + text.length)) {
    hits.push({ from, to: from + text.length });
  }
  return hits;
}
