import { styleText } from 'node:util';
import type { Status } from '../core/experiment/status.ts';

/** Of the 16 colours only, so that the user's theme decides how they look. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan';

// The types of the lowest Node leave out what it takes as options.
const styled: (style: Style, text: string, options: { validateStream: boolean }) => string = styleText;

/** A text in a style, or as it is when `color` is false. Whether there is colour is for the caller to decide. */
export function paint(text: string, style: Style | undefined, color: boolean): string {
  return color && style !== undefined ? styled(style, text, { validateStream: false }) : text;
}

const STATUS_STYLES: Readonly<Record<Status, Style | undefined>> = {
  created: undefined,
  queued: 'yellow',
  running: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'dim',
};

export function getStatusStyle(status: Status): Style | undefined {
  return STATUS_STYLES[status];
}
