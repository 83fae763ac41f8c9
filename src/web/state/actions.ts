import { useEffect, useRef, useSyncExternalStore } from 'react';
import { followKey, isSingleKey, isTyping, nameKey } from './keys.ts';
import { readSetting } from './stored-setting.ts';

/** Something that the page can do: by a key, or by its name in the palette. */
export interface Action {
  /** As the palette and the help show it: `Copy the command of this page`. */
  readonly name: string;
  /** `j`, `g x`, `mod+k`; those of {@link followKey}. */
  readonly keys?: readonly string[];
  /** Heading in the help. Default: `This page`. */
  readonly group?: string;
  /** Left out of the palette: moving by a row makes no sense from there. */
  readonly isKeyOnly?: boolean;
  /** The part of the page that has the focus acts on its keys: it is in the help alone. */
  readonly isOfFocus?: boolean;
  readonly act: () => void;
}

/** The setting that switches off keys without Ctrl or Command (WCAG 2.2, 2.1.4). */
export const SINGLE_KEYS = 'single-keys';

let sets: readonly { readonly actions: readonly Action[] }[] = [];
let shown: readonly Action[] = [];
const listeners = new Set<() => void>();

/** Makes actions known as long as the component is there. Among those with the same key, the one made known last acts. */
export function useActions(actions: readonly Action[]): void {
  const set = useRef({ actions });
  set.current.actions = actions;
  const words = actions.map(({ name, keys = [] }) => [name, ...keys].join('\n')).join('\n\n');
  useEffect(() => {
    const { current } = set;
    sets = [...sets, current];
    publish();
    return () => {
      sets = sets.filter((each) => each !== current);
      publish();
    };
  }, [words]);
}

/** All actions of now, those of the page before those of every page. */
export function useKnownActions(): readonly Action[] {
  return useSyncExternalStore(subscribe, () => shown);
}

/** Lets keys act, for as long as the page is open. */
export function useKeyListener(): void {
  useEffect(() => {
    let begun = '';
    const listen = (event: KeyboardEvent): void => {
      const name = nameKey(event);
      if (name === undefined || event.defaultPrevented || event.isComposing) return;
      const isMod = name.startsWith('mod+');
      if (!isMod && (isTyping(event.target) || isInDialog(event.target))) return;
      const actions = sets.toReversed().flatMap((set) => set.actions.filter(({ isOfFocus }) => isOfFocus !== true));
      const bindings = actions.flatMap(({ keys = [] }) => keys).filter((keys) => !isSingleKey(keys) || hasSingleKeys());
      const step = followKey(bindings, begun, name);
      begun = step !== undefined && 'begun' in step ? step.begun : '';
      if (step === undefined || pressesControl(event, name)) return;
      event.preventDefault();
      if ('binding' in step) actions.find(({ keys = [] }) => keys.includes(step.binding))?.act();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Enter and space on a link or a button belong to it. */
function pressesControl({ target }: KeyboardEvent, name: string): boolean {
  if (name !== 'enter' && name !== 'space') return false;
  return (
    target instanceof Element && target.closest('a, button, summary, [role=button], [role=tab], [role=option]') !== null
  );
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=dialog], [role=menu], [role=listbox]') !== null;
}

function hasSingleKeys(): boolean {
  return readSetting(SINGLE_KEYS) !== 'off';
}

function publish(): void {
  shown = sets.toReversed().flatMap((set) => set.actions.map((action) => follow(set, action)));
  for (const listener of listeners) listener();
}

/** An action that does what the component means when it is used, not when it was made known. */
function follow(set: { readonly actions: readonly Action[] }, action: Action): Action {
  return { ...action, act: () => set.actions.find(({ name }) => name === action.name)?.act() };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
