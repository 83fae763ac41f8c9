const SHORT = 3;

/**
 * Short forms of parameter names for ids: the initials of their words (`learning_rate` → `lr`, `seed` → `s`), a lone
 * word of up to three letters whole (`wd`), the whole name where two would be the same. All are different.
 */
export function abbreviateNames(names: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(initials(name), (counts.get(initials(name)) ?? 0) + 1);
  return new Map(
    names.map((name) => [name, ended(counts.get(initials(name)) === 1 ? initials(name) : wordsOf(name).join('-'))]),
  );
}

function initials(name: string): string {
  const words = wordsOf(name);
  const [only = ''] = words;
  if (words.length === 1) return only.length <= SHORT ? only : only.slice(0, 1);
  return words.map((word) => word.slice(0, 1)).join('');
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
}

/** A value that begins with a digit must not run into the digit of a name: `l2` and `0.1`. */
function ended(letters: string): string {
  return /\d$/.test(letters) ? `${letters}-` : letters;
}
