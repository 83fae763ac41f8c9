import type { MarkedSpan } from './mark-hits.ts';

/** Parts of a line in their colours, with marks on what the search has found. */
export function Marked({ spans }: { readonly spans: readonly MarkedSpan[] }) {
  return spans.map(({ text, classes, isHit }, i) =>
    isHit ? (
      <mark key={i} className={classes}>
        {text}
      </mark>
    ) : (
      <span key={i} className={classes}>
        {text}
      </span>
    ),
  );
}
