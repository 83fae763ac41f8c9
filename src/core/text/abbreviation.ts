import { findBegun, findNearest } from './nearest.ts';

const MOST_SUGGESTIONS = 3;

/**
 * The parameters, flags or fields that `name` was probably meant to be, best first: those that it abbreviates or that
 * abbreviate it (`lr` and `learning_rate`), those with a few edits, those that it begins, those that share its words
 * (`epochs` and `num_epochs`).
 */
export function findMeant(name: string, candidates: Iterable<string>): string[] {
  const all = [...new Set(candidates)];
  const words = wordsOf(name);
  const matches = (isMeant: (candidate: readonly string[]) => boolean): string[] =>
    all.filter((candidate) => isMeant(wordsOf(candidate)));
  const isShort = words.join('').length <= 3;
  const rules = [
    () => matches((candidate) => areInitials(words, candidate) || areInitials(candidate, words)),
    ...(isShort ? [] : [() => findNearest(name, all)]),
    () => findBegun(name, all, Infinity),
    () => matches((candidate) => isAbbreviation(words, candidate)),
    () => matches((candidate) => containsAll(candidate, words) || containsAll(words, candidate)),
    () => findNearest(name, all),
  ];
  for (const rule of rules) {
    const found = rule();
    if (found.length > 0) return found.slice(0, MOST_SUGGESTIONS);
  }
  return [];
}

/** `did you mean learning_rate?`, or `fallback` when nothing is meant. */
export function suggestMeant(name: string, candidates: Iterable<string>, fallback: string): string {
  const meant = findMeant(name, candidates);
  return meant.length === 0 ? fallback : `did you mean ${meant.join(' or ')}?`;
}

/** `learning_rate`, `--learning-rate` and `learningRate` have the same words. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function areInitials([short = '', ...more]: readonly string[], words: readonly string[]): boolean {
  return more.length === 0 && words.length > 1 && short === words.map((word) => word[0]).join('');
}

/**
 * `bsz`, `batchsize` and `l_rate`: from each word its first letter, and more of its letters in their order. Two letters
 * say too little: `lr` is no `launcher`.
 */
function isAbbreviation(short: readonly string[], words: readonly string[]): boolean {
  const letters = words.flatMap((word, index) => [...word].map((letter, i) => ({ letter, index, isFirst: i === 0 })));
  const [first, ...more] = short.join('');
  // Places of the letters that may be the last one so far: no word is tried in more than one way at a time.
  let places = first === words[0]?.[0] ? [0] : [];
  for (const wanted of more) {
    places = letters.flatMap(({ letter, index, isFirst }, at) => {
      const follows = (place: number): boolean =>
        place < at && (letters[place]?.index === index || (isFirst && letters[place]?.index === index - 1));
      return letter === wanted && places.some(follows) ? [at] : [];
    });
  }
  return more.length > 1 && places.some((place) => letters[place]?.index === words.length - 1);
}

function containsAll(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length > 0 && wanted.every((word) => words.includes(word));
}
