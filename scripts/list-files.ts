import { globSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the list with which the command finds out whether the folder of its files is whole, see src/system/program.ts. */
export function listFiles(folder: string): void {
  const names = globSync('**/*.{cjs,js}', { cwd: folder }).toSorted();
  const sizes = names.map((name) => [name, statSync(join(folder, name)).size] as const);
  writeFileSync(join(folder, 'files.json'), JSON.stringify(Object.fromEntries(sizes)));
}
