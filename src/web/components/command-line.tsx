import styles from './command-line.module.css';
import { CopyButton } from './copy-button.tsx';

/** A command to run in a shell, to read and to copy. */
export function CommandLine({ line }: { readonly line: string }) {
  return (
    <div className={styles['command']}>
      <code>{line}</code>
      <CopyButton text={line} label="Copy" />
    </div>
  );
}
