import { useEffect } from 'react';
import { recall, remember } from './entry-memory.ts';

/** Has the focus if nothing else has it. */
const HEADING = 'h1';
const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** An element of the page as it is found again when the page is drawn again: the `place`-th of those that look the same. */
interface Spot {
  readonly look: string;
  readonly place: number;
}

/**
 * Keeps the focus where one sees it: if what has it goes away, what it was in has it next, at last the heading of the page.
 * Where it was at each step of the history is remembered for {@link restoreFocus}.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** What had the focus last, and what it was in, outwards. */
    let path: HTMLElement[] = [];
    const note = ({ target }: FocusEvent): void => {
      path = listPath(target as HTMLElement);
      noteFocus(target as HTMLElement);
    };
    const observer = new MutationObserver(() => {
      if (path[0] === undefined || path[0].isConnected) return;
      const next = path.find((each) => each.isConnected && each.matches(FOCUSABLE));
      path = [];
      // A dialog that closes, or a new page, may give the focus to something itself.
      afterDrawing(() => {
        if (document.activeElement !== document.body) return;
        (next ?? getMain()?.querySelector<HTMLElement>(HEADING))?.focus();
      });
    });
    /** A new step that leaves the focus where it is: it is there after a step back, too. */
    const noteStep = (): void => {
      afterDrawing(() => {
        const at = document.activeElement;
        if (at instanceof HTMLElement && recall('focus') === undefined) noteFocus(at);
      });
    };
    document.addEventListener('focusin', note);
    addEventListener('hashchange', noteStep);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', note);
      removeEventListener('hashchange', noteStep);
      observer.disconnect();
    };
  }, []);
}

function afterDrawing(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

/** The heading is no place that one comes back to: it has the focus while what had it is not drawn yet. */
function noteFocus(at: HTMLElement): void {
  const main = getMain();
  if (main?.contains(at) === true && at !== main && !at.matches(HEADING)) remember('focus', describe(at, main));
}

function getMain(): HTMLElement | null {
  return document.getElementById('main');
}

/** Without what is around all pages, which is no place to read on. */
function listPath(from: HTMLElement): HTMLElement[] {
  const path: HTMLElement[] = [];
  for (let at: HTMLElement | null = from; at !== null && at.id !== 'main'; at = at.parentElement) path.push(at);
  return path;
}

/** Longer than answers that are here already take to be drawn, milliseconds. */
const PATIENCE_MS = 3_000;
let stopWaiting = (): void => {};

/**
 * Gives the focus back to what had it at this step of the history, as soon as that is drawn; until then `heading` has it. Does
 * nothing more when the user has moved on.
 */
export function restoreFocus(heading: HTMLElement): void {
  const spot = recall('focus') as Spot | undefined;
  stopWaiting();
  heading.focus();
  const main = getMain();
  if (spot === undefined || main === null || give(spot, main)) return;
  const observer = new MutationObserver(() => {
    if (hasMovedOn() || give(spot, main)) stopWaiting();
  });
  const timer = setTimeout(() => observer.disconnect(), PATIENCE_MS);
  stopWaiting = () => {
    observer.disconnect();
    clearTimeout(timer);
  };
  observer.observe(main, { childList: true, subtree: true });
}

/** Whether the user has the focus elsewhere than at the heading, which a page may draw again when its answers come. */
function hasMovedOn(): boolean {
  const at = document.activeElement;
  return at !== null && at !== document.body && !at.matches(HEADING);
}

function describe(element: HTMLElement, main: HTMLElement): Spot {
  const look = lookOf(element);
  return { look, place: listAlike(look, main).indexOf(element) };
}

function give({ look, place }: Spot, main: HTMLElement): boolean {
  const found = listAlike(look, main)[place];
  found?.focus();
  return found !== undefined;
}

function listAlike(look: string, main: HTMLElement): HTMLElement[] {
  return [...main.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((each) => lookOf(each) === look);
}

function lookOf(element: HTMLElement): string {
  const words = element.getAttribute('aria-label') ?? element.getAttribute('href') ?? element.textContent.slice(0, 80);
  return `${element.tagName} ${words}`;
}
