/** Control characters, line separators, and what turns the direction of a text: with them, a name looks like another one. */
const HIDDEN = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The name of a file as it is shown: each character that cannot be seen by its number, `<U+202E>`. */
export function showName(name: string): string {
  return name.replace(HIDDEN, (char) => `<U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

/** Whether a name is what it looks like, so that its text may be copied and pasted. */
export function isPlainName(name: string): boolean {
  return showName(name) === name && !name.includes('\ufffd');
}

/** The text of a path with one character a byte, as lists of files have it. What is not UTF-8 becomes U+FFFD. */
export function decodeBytePath(path: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(path, (char) => char.charCodeAt(0)));
}
