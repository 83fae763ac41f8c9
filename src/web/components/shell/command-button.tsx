import { useActions } from '../../state/actions.ts';
import { useCommandLine } from '../../state/command.ts';
import { copyText } from '../../state/copy-text.ts';
import { Popover } from '../popover.tsx';
import { notify } from '../toasts.tsx';
import styles from './command-button.module.css';

/** Shows the command that gives the same as the page, and copies it. Nothing on pages without one. */
export function CommandButton() {
  const line = useCommandLine();
  useActions(line === undefined ? [] : [{ name: 'Copy the command of this page', keys: ['.'], act: () => copy(line) }]);
  if (line === undefined) return null;
  return (
    <Popover
      label={
        <span aria-hidden="true">
          ❯_<span className={styles['word']}> Command</span>
        </span>
      }
      title="Show the command that gives the same"
    >
      <p>This command gives the same:</p>
      <pre className={styles['line']} tabIndex={0}>
        {line}
      </pre>
      <button type="button" onClick={() => copy(line)}>
        Copy
      </button>
    </Popover>
  );
}

function copy(line: string): void {
  void copyText(line).then((isCopied) =>
    notify(isCopied ? 'Command copied' : 'The browser did not let the page copy. Copy this text', line),
  );
}
