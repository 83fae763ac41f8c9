import { copyText } from '../state/copy-text.ts';
import { notify } from './toasts.tsx';

/** Copies a text, and says so. @param label what is copied, in words: `Copy the id` */
export function CopyButton({ text, label }: { readonly text: string | (() => string); readonly label: string }) {
  return (
    <button type="button" onClick={() => copy(typeof text === 'string' ? text : text())}>
      {label}
    </button>
  );
}

/** Puts a text on the clipboard, and says so. */
export function copy(text: string): void {
  void copyText(text).then((isCopied) =>
    notify(isCopied ? 'Copied' : 'The browser did not let the page copy. Copy this text', isCopied ? undefined : text),
  );
}
