/** Each note once, behind the names of all that it is of: `a100, preempt: its GPUs may have 40 or 80 GB`. */
export function joinNotes(all: readonly (readonly [of: string, notes: readonly string[]])[]): string[] {
  const each = all.flatMap(([of, notes]) => notes.map((note) => ({ of, note })));
  return [...Map.groupBy(each, ({ note }) => note)].map(
    ([note, same]) => `${[...new Set(same.map(({ of }) => of))].join(', ')}: ${note}`,
  );
}
