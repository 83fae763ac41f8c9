/** `node scripts/package/client.ts [DIR]`: makes the wheel of the Python client, `python/sheaf.py`, in DIR (default: `release`). */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeZip, type ZipEntry } from './zip.ts';

const root: string = join(import.meta.dirname, '../..');

/**
 * Makes the wheel. The same sources give the same bytes.
 *
 * @param folder where to put it; created if missing
 * @returns its path
 * @throws Error if `python/pyproject.toml` or `python/sheaf.py` lacks what the metadata needs
 */
export function makeClientWheel(folder: string): string {
  const module = readSource('python/sheaf.py');
  const version = readText(module, /^__version__ = "(.*)"$/m);
  const info = `sheaf_client-${version}.dist-info`;
  const files: readonly ZipEntry[] = [
    { path: 'sheaf.py', data: Buffer.from(module) },
    { path: `${info}/METADATA`, data: Buffer.from(metadata(version)) },
    { path: `${info}/WHEEL`, data: Buffer.from(WHEEL) },
    { path: `${info}/licenses/LICENSE`, data: Buffer.from(readSource('LICENSE')) },
  ];
  const record = [...files.map(recordLine), `${info}/RECORD,,\n`].join('');
  const path = join(folder, `sheaf_client-${version}-py3-none-any.whl`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, makeZip([...files, { path: `${info}/RECORD`, data: Buffer.from(record) }]));
  return path;
}

const WHEEL = 'Wheel-Version: 1.0\nGenerator: sheaf\nRoot-Is-Purelib: true\nTag: py3-none-any\n';

function metadata(version: string): string {
  const project = readSource('python/pyproject.toml');
  const value = (key: string): string => readText(project, new RegExp(`^${key} = "(.*)"$`, 'm'));
  return `Metadata-Version: 2.4
Name: ${value('name')}
Version: ${version}
Summary: ${value('description')}
License-Expression: ${value('license')}
License-File: LICENSE
Requires-Python: ${value('requires-python')}
Description-Content-Type: text/markdown

${readSource('python/README.md')}`;
}

function recordLine({ path, data }: ZipEntry): string {
  return `${path},sha256=${createHash('sha256').update(data).digest('base64url')},${data.length}\n`;
}

function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function readText(source: string, pattern: RegExp): string {
  const [, text] = pattern.exec(source) ?? [];
  if (text === undefined) throw new Error(`the Python client has no line ${pattern.source}`);
  return text;
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${makeClientWheel(resolve(process.argv[2] ?? 'release'))}\n`);
