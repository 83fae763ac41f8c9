/** A line of a text beside another one. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Texts with more differences than these are shown as removed and added as a whole. */
const MOST_CHANGES = 500;

/**
 * What differs between two texts, line by line, with as few changes as there can be.
 *
 * @see Eugene W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986)
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const head = countSame(a, b, (i) => i);
  const tail = Math.min(
    countSame(a, b, (i, length) => length - 1 - i),
    a.length - head,
    b.length - head,
  );
  const mark = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] => texts.map((text) => ({ kind, text }));
  return [
    ...mark('same', a.slice(0, head)),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...mark('same', tail === 0 ? [] : a.slice(-tail)),
  ];
}

function countSame(a: readonly string[], b: readonly string[], place: (i: number, length: number) => number): number {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a[place(n, a.length)] === b[place(n, b.length)]) n += 1;
  return n;
}

/** Follows the furthest reaching paths, one more change at a time, and keeps what was reached for the way back. */
function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const reached = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let changes = 0; changes <= Math.min(a.length + b.length, MOST_CHANGES); changes += 1) {
    history.push(new Map(reached));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = startOf(reached, diagonal, changes);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, history);
    }
  }
  return [
    ...a.map((text): DiffLine => ({ kind: 'removed', text })),
    ...b.map((text): DiffLine => ({ kind: 'added', text })),
  ];
}

function isDown(reached: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  const [left, right] = [reached.get(diagonal - 1) ?? -1, reached.get(diagonal + 1) ?? -1];
  return diagonal === -changes || (diagonal !== changes && left < right);
}

function startOf(reached: ReadonlyMap<number, number>, diagonal: number, changes: number): number {
  return isDown(reached, diagonal, changes) ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1;
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
): DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let changes = history.length - 1; changes >= 0; changes -= 1) {
    const reached = history[changes] ?? new Map<number, number>();
    const down = isDown(reached, x - y, changes);
    const from = down ? x - y + 1 : x - y - 1;
    const startX = reached.get(from) ?? 0;
    const startY = startX - from;
    while (x > startX && y > startY && (x > startX + (down ? 0 : 1) || y > startY + (down ? 1 : 0))) {
      x -= 1;
      y -= 1;
      lines.push({ kind: 'same', text: a[x] ?? '' });
    }
    if (changes === 0) break;
    if (down) lines.push({ kind: 'added', text: b[startY] ?? '' });
    else lines.push({ kind: 'removed', text: a[startX] ?? '' });
    [x, y] = [startX, startY];
  }
  return lines.toReversed();
}
