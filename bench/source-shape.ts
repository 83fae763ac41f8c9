import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What can be counted of the sources of a checkout; tests are left out. */
export interface SourceShape {
  readonly largestFolder: { readonly path: string; readonly files: number };
  /** Groups of files that import each other around in circles, types included. */
  readonly circles: number;
  readonly lines: number;
}

/** Counts the TypeScript files of `src` in a checkout. */
export function measureSources(checkout: string): SourceShape {
  const root = join(checkout, 'src');
  const files = globSync('**/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts'));
  const texts = new Map(files.map((path) => [join(root, path), readFileSync(join(root, path), 'utf8')]));
  const folders = Map.groupBy(files, (path) => dirname(path));
  const [path = '', inside = []] = [...folders].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return {
    largestFolder: { path, files: inside.length },
    circles: countCircles(new Map([...texts].map(([file, text]) => [file, importsOf(file, text)]))),
    lines: [...texts.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0),
  };
}

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g)].map(([, path = '']) => resolve(dirname(file), path));
}

/** Tarjan's strongly connected components with more than one file. */
function countCircles(imports: ReadonlyMap<string, readonly string[]>): number {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  let circles = 0;
  const visit = (file: string): number => {
    order.set(file, order.size);
    let low = order.get(file) ?? 0;
    open.push(file);
    for (const other of imports.get(file) ?? []) {
      if (!imports.has(other)) continue;
      if (!order.has(other)) low = Math.min(low, visit(other));
      else if (open.includes(other)) low = Math.min(low, order.get(other) ?? 0);
    }
    lowest.set(file, low);
    if (low === order.get(file) && open.splice(open.indexOf(file)).length > 1) circles += 1;
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
