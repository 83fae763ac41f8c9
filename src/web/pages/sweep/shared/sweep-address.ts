/** What a band goes between: the lowest and highest run, or a standard deviation below and above the mean. */
export type BandKind = 'minmax' | 'std';

/** What the address of the page says. */
export interface SweepAddress {
  /** The metric that all parts show; undefined: the usual one. */
  readonly metric: string | undefined;
  /** Which of its values are better; undefined: as the rules say. */
  readonly mode: 'max' | 'min' | undefined;
  /** Which members are shown, as a query. */
  readonly where: string;
  /** The only parameter that makes ranked groups; undefined: all that are no seeds. */
  readonly by: string | undefined;
  /** The parameters of the heat map. */
  readonly x: string | undefined;
  readonly y: string | undefined;
  /** Whether each member has a curve, or each group a mean; undefined: each member if members are stopped. */
  readonly lines: 'members' | 'groups' | undefined;
  readonly band: BandKind;
  /** How many groups have a curve. */
  readonly curves: number;
  /** Settings that this page does not have. */
  readonly unknown: readonly string[];
}

const KEYS: ReadonlySet<string> = new Set(['m', 'mode', 'q', 'by', 'x', 'y', 'lines', 'band', 'n']);

/** How many groups can have a curve. */
export const CURVE_COUNTS = [5, 8, 50, 200] as const;

/** Reads the settings of the address. What is wrong counts as left out. */
export function readSweepAddress(settings: URLSearchParams): SweepAddress {
  const mode = settings.get('mode');
  const lines = settings.get('lines');
  const count = Number(settings.get('n'));
  return {
    metric: settings.get('m') ?? undefined,
    mode: mode === 'max' || mode === 'min' ? mode : undefined,
    where: settings.get('q') ?? '',
    by: settings.get('by') ?? undefined,
    x: settings.get('x') ?? undefined,
    y: settings.get('y') ?? undefined,
    lines: lines === 'members' || lines === 'groups' ? lines : undefined,
    band: settings.get('band') === 'std' ? 'std' : 'minmax',
    curves: CURVE_COUNTS.find((each) => each === count) ?? CURVE_COUNTS[0],
    unknown: [...settings.keys()].filter((key) => !KEYS.has(key)),
  };
}
