import { useState } from 'react';

/** Copies a text; says so for two seconds, to everyone. @param label what is copied, in words: `Copy the id` */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState('');
  const say = (words: string): void => {
    setSaid(words);
    setTimeout(() => setSaid(''), 2000);
  };
  return (
    <button
      type="button"
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => say('Copied'),
          () => say('The browser does not let this page copy: select the text instead'),
        );
      }}
    >
      <span aria-live="polite">{said === '' ? label : said}</span>
    </button>
  );
}
