/**
 * The names in a list as Slurm writes it: `l40s[1-2],a[08-10,12]-ib,login`. Numbers in brackets keep their zeros.
 */
export function expandHostList(list: string): string[] {
  return topLevel(list).flatMap(expanded);
}

/** Split at commas outside of brackets. */
function topLevel(list: string): string[] {
  return list.match(/(?:\[[^\]]*\]|[^,[\]])+/g) ?? [];
}

function expanded(word: string): string[] {
  const [, before = '', ranges, after = ''] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(word) ?? [];
  if (ranges === undefined) return [word];
  const tails = expanded(after);
  return ranges.split(',').flatMap((range) => {
    const [from = '', to = from] = range.split('-');
    const names = Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, offset) =>
      String(Number(from) + offset).padStart(from.length, '0'),
    );
    return names.flatMap((name) => tails.map((tail) => `${before}${name}${tail}`));
  });
}
