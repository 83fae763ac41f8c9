import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpmNode } from './node-binary.ts';
import type { NpmNode } from './node-pins.ts';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
}

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
}

const RULE = '-'.repeat(80);

/**
 * Collects the licences of all that is in a package with its own Node: the packages that sheaf depends on, with what
 * they depend on, and Node, whose text has the licences of what is in Node.
 *
 * @param root the folder with `package-lock.json` and `node_modules`
 * @param node the Node that the packages contain
 */
export function collectLicences(root: string, node: NpmNode): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const parts = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)))
    .map(([path, { version = '' }]) => describe(root, path, version));
  const head = 'sheaf contains the software below, under these licences. Its own licence is in LICENSE.\n';
  const ofNode = `${RULE}\nNode.js ${node.version}\n\n${readNpmNode(node, 'LICENSE').toString().trimEnd()}\n`;
  return [head, ...parts, ofNode].join('\n');
}

function describe(root: string, path: string, version: string): string {
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest;
  const files = globSync('{LICEN[CS]E,COPYING,NOTICE}*', { cwd: join(root, path) }).toSorted();
  const texts = files.map((file) => readFileSync(join(root, path, file), 'utf8').trim());
  const text = texts.length > 0 ? texts.join('\n\n') : getStandardText(root, manifest);
  return `${RULE}\n${manifest.name} ${version}${manifest.license === undefined ? '' : ` (${manifest.license})`}\n\n${text}\n`;
}

/** The licence of a package that only names it. */
function getStandardText(root: string, { name, license, author }: Manifest): string {
  const holder = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  if (license === 'MPL-2.0') {
    const text = readFileSync(join(import.meta.dirname, 'MPL-2.0.txt'), 'utf8').trim();
    return `Copyright (c) ${holder}\nIts source is the package ${name} on npm, and the repository that it names.\n\n${text}`;
  }
  if (license !== 'MIT') throw new Error(`${name} has no file with its licence: ${license ?? 'unknown'}`);
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}
