/** The same function, which works each answer out once: what has the same key has the same answer. */
export function memoize<A, R>(keyOf: (about: A) => string, make: (about: A) => R): (about: A) => R {
  const known = new Map<string, { readonly answer: R }>();
  return (about) => {
    const key = keyOf(about);
    const kept = known.get(key) ?? { answer: make(about) };
    known.set(key, kept);
    return kept.answer;
  };
}
