import { styleText } from 'node:util';
import type { Status } from '../core/experiment/status.ts';

/** Of the 16 colours only, so that the user's theme decides how they look, on light and on dark ground. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan';

/** What a text is. */
export type Meaning = 'title' | 'best' | 'aside' | 'missing' | 'good' | 'warning' | 'error' | Status;

const STATUS_LOOKS: Readonly<Record<Status, Style | undefined>> = {
  created: 'dim',
  queued: undefined,
  running: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'dim',
  stopped: 'dim',
};

/** Each meaning looks the same on all screens. */
const LOOKS: Readonly<Record<Meaning, Style | undefined>> = {
  ...STATUS_LOOKS,
  title: 'bold',
  best: 'bold',
  // What helps to read the rest: headers, hints, notes.
  aside: 'dim',
  missing: 'dim',
  good: 'green',
  warning: 'yellow',
  error: 'red',
};

// The types of the lowest Node leave out what it takes as options.
const styled: (style: Style, text: string, options: { validateStream: boolean }) => string = styleText;

/** A text in the look of its meaning, or as it is when `color` is false. Whether there is colour is for the caller to decide. */
export function paint(text: string, meaning: Meaning | undefined, color: boolean): string {
  return paintStyle(text, meaning === undefined ? undefined : LOOKS[meaning], color);
}

/** A text in a style that has no meaning, such as the colour of a curve. */
export function paintStyle(text: string, style: Style | undefined, color: boolean): string {
  return color && style !== undefined ? styled(style, text, { validateStream: false }) : text;
}

/** The meaning of a cell that has a status; undefined if it was cut. */
export function getStatusMeaning(text: string): Status | undefined {
  return Object.hasOwn(STATUS_LOOKS, text) ? (text as Status) : undefined;
}
