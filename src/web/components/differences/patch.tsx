import { useMemo } from 'react';
import { formatCount } from '../../../core/text/phrases.ts';
import { CopyButton } from '../copy-button.tsx';
import { Toolbar } from '../toolbar.tsx';
import { parseUnifiedDiff, type FilePatch } from '../../format/unified-diff.ts';
import { DiffText } from './diff-text.tsx';
import styles from './patch.module.css';

/** So many files are open at first. */
const OPEN = 10;

/** A unified diff, file by file. */
export function Patch({ diff }: { readonly diff: string }) {
  const files = useMemo(() => parseUnifiedDiff(diff), [diff]);
  return (
    <>
      <Toolbar>
        <span>{formatCount(files.length, 'file')}</span>
        <CopyButton label="Copy the diff" text={diff} />
      </Toolbar>
      {files.map((file, i) => (
        <File key={file.path} file={file} isOpen={i < OPEN} />
      ))}
    </>
  );
}

function File({
  file: { path, note, added, removed, lines },
  isOpen,
}: {
  readonly file: FilePatch;
  readonly isOpen: boolean;
}) {
  return (
    <details className={styles['file']} open={isOpen}>
      <summary>
        <code>{path}</code> {note} <span className={styles['added']}>+{added}</span>{' '}
        <span className={styles['removed']}>−{removed}</span>
      </summary>
      {lines.length > 0 && <DiffText label={`Changes of ${path}`} lines={lines} />}
    </details>
  );
}
