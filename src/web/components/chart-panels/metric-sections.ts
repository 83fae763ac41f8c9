/** Metrics under a heading. */
export interface MetricSection {
  readonly title: string;
  readonly names: readonly string[];
}

/**
 * Metrics by what is before the first `/` of their names: those of `train/loss` under `train`. Pinned ones come first, in a
 * section of their own, then those without a `/`.
 *
 * @param search only names that have this in them, whatever the case
 */
export function groupMetrics(names: readonly string[], pinned: readonly string[], search: string): MetricSection[] {
  const wanted = search.toLowerCase();
  const found = names.filter((name) => name.toLowerCase().includes(wanted));
  const first = new Set(pinned);
  const others = Map.groupBy(
    found.filter((name) => !first.has(name)),
    (name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : ''),
  );
  const sections = [
    { title: 'Pinned', names: pinned.filter((name) => found.includes(name)) },
    { title: 'Metrics', names: others.get('') ?? [] },
    ...[...others].filter(([title]) => title !== '').map(([title, own]) => ({ title, names: own })),
  ];
  return sections.filter((section) => section.names.length > 0);
}

/** The first metrics of sections. */
export function cutSections(sections: readonly MetricSection[], most: number): MetricSection[] {
  let room = most;
  return sections.flatMap(({ title, names }) => {
    const own = names.slice(0, room);
    room -= own.length;
    return own.length === 0 ? [] : [{ title, names: own }];
  });
}
