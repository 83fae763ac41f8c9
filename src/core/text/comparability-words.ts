/** What the levels mean at which results of two runs can be compared. */
export const COMPARABILITY_WORDS = { A: 'bitwise plausible', B: 'the same method', C: 'a different method' } as const;
