/** `node scripts/package/client.ts [DIR]`: makes the wheel of the Python client, `python/sheaf.py`, in DIR (default: `release`). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getWheelName, makeWheel, toEntry, type Wheel } from './wheel.ts';

/**
 * Makes the wheel. The same sources give the same bytes.
 *
 * @param folder where to put it; created if missing
 * @param source the repository
 * @returns its path
 * @throws Error if `python/pyproject.toml` or `python/sheaf.py` lacks what the metadata needs
 */
export function makeClientWheel(folder: string, source: string = join(import.meta.dirname, '../..')): string {
  const read = (path: string): string => readFileSync(join(source, path), 'utf8');
  const module = read('python/sheaf.py');
  const project = read('python/pyproject.toml');
  const value = (key: string): string => findText(project, new RegExp(`^${key} = "(.*)"$`, 'm'));
  const wheel: Wheel = {
    name: value('name'),
    version: findText(module, /^__version__ = "(.*)"$/m),
    tag: 'py3-none-any',
    fields: [
      `Summary: ${value('description')}`,
      `License-Expression: ${value('license')}`,
      `Requires-Python: ${value('requires-python')}`,
    ],
    description: read('python/README.md'),
    licences: { LICENSE: read('LICENSE') },
    files: [toEntry('sheaf.py', module)],
  };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, getWheelName(wheel));
  writeFileSync(path, makeWheel(wheel));
  return path;
}

function findText(text: string, pattern: RegExp): string {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`the Python client has no line ${pattern.source}`);
  return found;
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${makeClientWheel(resolve(process.argv[2] ?? 'release'))}\n`);
