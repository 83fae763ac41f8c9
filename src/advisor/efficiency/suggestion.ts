/** One thing to change for the next run, or to know. */
export interface Suggestion {
  readonly about: 'gpu' | 'gpu_memory' | 'time' | 'memory' | 'cpu' | 'pack' | 'batch';
  /** Words of a command line that apply it: `--set time_limit=03:30:00`. Absent: nothing that a flag could do. */
  readonly apply?: string;
  /** The resources that it changes, as texts. */
  readonly set?: { readonly [resource: string]: string };
  /** In words, with numbers and units: `instead of 24h 00m`. */
  readonly text: string;
  /** Where it comes from: `from the p95 of 14 runs (2h 51m; the longest 3h 02m)`. */
  readonly basis: string;
  /** It is a danger, not a saving. */
  readonly isRisk?: true;
}

/** A suggestion that `--set` applies. */
export function makeSuggestion(
  about: Suggestion['about'],
  set: { readonly [resource: string]: string },
  text: string,
  basis: string,
): Suggestion {
  const apply = Object.entries(set)
    .map(([name, value]) => `--set ${name}=${value}`)
    .join(' ');
  return { about, apply, set, text, basis };
}

/** `34 %` */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
