/** What this module reads of a keyboard event. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * The name of a key as bindings have it: `j`, `J`, `?`, `space`, `enter`, `mod+k`. `mod` is Ctrl, or Command on a Mac.
 *
 * @returns undefined for a key that belongs to the browser or the system
 */
export function nameKey({ key, ctrlKey, metaKey, altKey }: KeyPress): string | undefined {
  if (altKey || key === 'Unidentified' || MODIFIERS.has(key)) return undefined;
  const name = key === ' ' ? 'space' : key.length === 1 ? key : key.toLowerCase();
  return ctrlKey || metaKey ? `mod+${name}` : name;
}

const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead']);

/** What a key does after those before it: an action, or the beginning of a sequence such as `g x`. */
export type KeyStep = { readonly binding: string } | { readonly begun: string } | undefined;

/**
 * Follows a key press through the bindings.
 *
 * @param begun the keys of a sequence that has begun, or an empty text
 * @param name of {@link nameKey}
 */
export function followKey(bindings: Iterable<string>, begun: string, name: string): KeyStep {
  const keys = begun === '' ? name : `${begun} ${name}`;
  let opens = false;
  for (const binding of bindings) {
    if (binding === keys) return { binding };
    opens ||= binding.startsWith(`${keys} `);
  }
  if (opens) return { begun: keys };
  return begun === '' ? undefined : followKey(bindings, '', name);
}

/** Whether a binding works without Ctrl or Command, so that it can be pressed by accident or by speech. */
export function isSingleKey(binding: string): boolean {
  return !binding.includes('mod+');
}

/** Whether somebody types there, so that letters are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !BUTTON_LIKE.has(target.type);
}

const BUTTON_LIKE: ReadonlySet<string> = new Set(['button', 'checkbox', 'radio', 'submit', 'reset', 'color', 'range']);
