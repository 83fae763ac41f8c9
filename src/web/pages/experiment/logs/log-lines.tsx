import { useLayoutEffect, useMemo, useRef } from 'react';
import { parseTerminal, type TerminalSpan, type TerminalStyle } from '../../../../core/text/terminal.ts';
import { formatBytes } from '../../../../core/units.ts';
import type { Api } from '../../../../server/index.ts';
import styles from './log-lines.module.css';
import { markHits } from './mark-hits.ts';
import { Marked } from './marked.tsx';

type Line = Api['logWindow']['answer']['lines'][number];

/** Pixels from the end that still count as at the end. */
const NEAR_END = 8;

/**
 * Lines of a log in their colours. When more come, those who are at the end stay at the end. A marked line is in the middle.
 *
 * @param label names the block for screen readers
 * @param mark a byte of the line that is marked
 * @param search what is marked within the lines; empty for nothing
 */
export function LogLines({
  lines,
  label,
  mark,
  search,
  opensAtEnd,
}: {
  readonly lines: readonly Line[];
  readonly label: string;
  readonly mark: number | undefined;
  readonly search: string;
  readonly opensAtEnd: boolean;
}) {
  const block = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(opensAtEnd);
  const colored = useMemo(() => color(lines), [lines]);
  const marked = mark === undefined ? undefined : lines.findLast(({ at }) => at <= mark);
  useLayoutEffect(() => {
    if (block.current && isAtEnd.current) block.current.scrollTop = block.current.scrollHeight;
  }, [lines]);
  const markedAt = marked?.at;
  useLayoutEffect(() => {
    const line = block.current?.querySelector<HTMLElement>('[aria-current]');
    if (!opensAtEnd && block.current && line) block.current.scrollTop = line.offsetTop - block.current.clientHeight / 2;
  }, [markedAt, opensAtEnd]);
  return (
    <pre
      ref={block}
      className={styles['lines']}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      {colored.map(({ line, spans }) => (
        <span key={line.at} aria-current={line === marked ? 'true' : undefined}>
          {line.isInside && <i>[inside a long line] </i>}
          <Marked spans={markHits(spans, search)} />
          {line.leftOut !== undefined && <i> [{formatBytes(line.leftOut)} of this line left out]</i>}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

/** Colours go on across lines. */
function color(lines: readonly Line[]): { readonly line: Line; readonly spans: readonly TerminalSpan[] }[] {
  let style: TerminalStyle = {};
  return lines.map((line) => {
    const parsed = parseTerminal(line.text, style);
    ({ style } = parsed);
    return { line, spans: parsed.spans };
  });
}
