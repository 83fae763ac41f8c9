/** A whole number with commas between thousands: `10,000`. The locale's own way would load the tables of Unicode first. */
export function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 experiment`, `12,000 experiments`. */
export function formatCount(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${groupDigits(number)} ${number === 1 ? noun : plural}`;
}

/** The first few of a list: `a, b, c and 9 more`. */
export function formatList(items: readonly string[], most: number = 3): string {
  if (items.length <= most) return items.join(', ');
  return `${items.slice(0, most).join(', ')} and ${groupDigits(items.length - most)} more`;
}

/** Each note once, behind the names of all that it is of: `a100, preempt: its GPUs may have 40 or 80 GB`. */
export function joinNotes(all: readonly (readonly [of: string, notes: readonly string[]])[]): string[] {
  const each = all.flatMap(([of, notes]) => notes.map((note) => ({ of, note })));
  return [...Map.groupBy(each, ({ note }) => note)].map(
    ([note, same]) => `${[...new Set(same.map(({ of }) => of))].join(', ')}: ${note}`,
  );
}
