import { useMemo } from 'react';
import { diffLines } from '../../format/diff-lines.ts';
import { CopyButton } from '../copy-button.tsx';
import { Empty } from '../empty.tsx';
import { Toolbar } from '../toolbar.tsx';
import { DiffText, type ShownLine } from './diff-text.tsx';

/** A script to read and to copy, or what differs from another one. */
export function Script({
  name,
  text,
  before,
  gone,
}: {
  readonly name: string;
  readonly text: string | null;
  readonly before?: string | null | undefined;
  /** Why there is none. */
  readonly gone: string;
}) {
  const lines = useMemo(() => (text === null ? [] : toLines(text, before)), [text, before]);
  const isSame = typeof before === 'string' && before === text;
  return (
    <section>
      <h2>{name}</h2>
      {text === null ? (
        <Empty why={gone} />
      ) : (
        <>
          <Toolbar>
            <CopyButton label="Copy" text={text} />
            {isSame && <span>The same in both attempts.</span>}
          </Toolbar>
          <DiffText label={name} lines={lines} />
        </>
      )}
    </section>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

function toLines(text: string, before: string | null | undefined): readonly ShownLine[] {
  if (typeof before !== 'string')
    return text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => ({ kind: 'same', text: line }));
  return diffLines(before, text).map(({ kind, text: line }) => ({ kind, text: `${SIGNS[kind]}${line}` }));
}
