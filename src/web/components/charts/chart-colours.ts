import { useTheme } from '../../state/theme.ts';
import { useMedia } from '../../state/use-media.ts';

/** The colours of a canvas, which does not know variables of CSS. */
export interface ChartColours {
  readonly text: string;
  readonly line: string;
  readonly border: string;
  /** What is behind. */
  readonly page: string;
  /** By slot, from 1; of any other slot, the colour of lines that are not told apart. */
  readonly series: (slot: number) => string;
  readonly font: string;
}

/** Dashes tell apart what colours alone may not. By slot, from 1. */
const DASHES: readonly (readonly number[])[] = [[], [], [], [], [6, 3], [6, 3], [2, 3], [2, 3]];

/** How the line of a slot is dashed, in pixels. Superseded pieces are always dashed. */
export function getDash(slot: number, superseded: boolean): number[] {
  return superseded ? [6, 4] : [...(DASHES[slot - 1] ?? [])];
}

/** The tokens as they are now. @param within the element that is drawn into */
export function readColours(within: HTMLElement): ChartColours {
  const probe = within.appendChild(document.createElement('span'));
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const series = Array.from({ length: DASHES.length }, (_, i) => read(`--series-${i + 1}`));
  const [text, line, border, page] = [read('--text-2'), read('--line'), read('--border'), read('--page')];
  const font = `11px ${getComputedStyle(probe).fontFamily}`;
  probe.remove();
  return { text, line, border, page, font, series: (slot) => series[slot - 1] ?? border };
}

/** A colour that lets what is behind it through. @param colour `rgb(1, 2, 3)` */
export function fade(colour: string, alpha: number): string {
  return colour.replace('rgb(', 'rgba(').replace(')', `, ${alpha})`);
}

/** Another text whenever the colours change. */
export function useColoursKey(): string {
  const [theme] = useTheme();
  return `${theme} ${useMedia('(prefers-color-scheme: dark)')} ${useMedia('print')}`;
}
