/** What makes a group. */
export type Grouping = { readonly kind: 'seeds' } | { readonly kind: 'fields'; readonly by: readonly string[] };

/** In the address, all but the seed. No field is called so. */
export const ALL_BUT_SEED = '*';

/** Reads `g` of the address: undefined for no groups. */
export function parseGrouping(text: string | undefined): Grouping | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === ALL_BUT_SEED) return { kind: 'seeds' };
  return { kind: 'fields', by: splitNames(text) };
}

/** Several names in one setting of the address. */
export function joinNames(names: readonly string[]): string {
  return names.map(encodeURIComponent).join(',');
}

export function splitNames(text: string | undefined): string[] {
  return (text ?? '').split(',').filter(Boolean).map(decode);
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What groups and runs are compared with. */
export type Baseline = { readonly group: string } | { readonly expId: string };

/** Reads `r` of the address: `g:` and the id of a group, `x:` and the name of an experiment. */
export function parseBaseline(text: string | undefined): Baseline | undefined {
  const id = text?.slice(2);
  if (!id) return undefined;
  if (text?.startsWith('g:')) return { group: id };
  return text?.startsWith('x:') ? { expId: id } : undefined;
}

export function writeBaseline(baseline: Baseline): string {
  return 'group' in baseline ? `g:${baseline.group}` : `x:${baseline.expId}`;
}

/** What is shown beside a mean. */
export type Spread = 'std' | 'sem' | 'ci' | 'range';

export const SPREADS: { readonly [S in Spread]: string } = {
  std: 'Mean ± standard deviation',
  sem: 'Mean ± standard error',
  ci: 'Mean and 95 % interval',
  range: 'Mean, least and most',
};

/** Reads `e` of the address. */
export function parseSpread(text: string | undefined): Spread {
  return text !== undefined && Object.hasOwn(SPREADS, text) ? (text as Spread) : 'std';
}
