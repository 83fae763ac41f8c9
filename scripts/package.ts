/**
 * `npm run package [-- --only NAME,…]`: builds what is published, from the last commit, into `release/`. The same commit
 * gives the same bytes. See docs/decisions/012-packages.md.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './package/app.ts';
import { withCommit, type Commit } from './package/commit.ts';
import { makeClientWheel } from './package/client.ts';
import { collectLicences } from './package/licences.ts';
import { LICENCE_NODE, PLATFORMS } from './package/node-pins.ts';
import { makeNpmTarball } from './package/npm-tarball.ts';
import { makeSheafWheel } from './package/sheaf-wheel.ts';
import { compress, makeSingleFile } from './package/single-file.ts';

const root: string = join(import.meta.dirname, '..');
const release: string = join(root, 'release');
const NAMES: readonly string[] = [
  'npm',
  'client',
  'single-file',
  'single-file-xz',
  ...Object.keys(PLATFORMS).map((name) => `wheel-${name}`),
];

const usage = `Usage: npm run package [-- --only NAME,…]

Writes into release/, which is emptied first. Without --only it makes all of these:
  ${NAMES.join(', ')}`;

const { only, help } = parseArgs({
  options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
}).values;
const wanted = only?.split(',') ?? NAMES;
const unknown = wanted.find((name) => !NAMES.includes(name));
if (help || unknown !== undefined) {
  say(unknown === undefined ? usage : `There is no package ${unknown}\n\n${usage}`);
  process.exit(unknown === undefined ? 0 : 1);
}

rmSync(release, { recursive: true, force: true });
mkdirSync(release);
await withCommit(root, async (commit) => makeAll(commit, new Set(wanted)));
writeFileSync(join(release, 'SHA256SUMS'), sums());

function makeAll({ id, dirty, folder }: Commit, names: ReadonlySet<string>): void {
  say(`Packages of commit ${id.slice(0, 12)}`);
  if (dirty) say('The work tree has changes that are not in the commit: they are not in the packages');
  if (names.has('npm')) done(makeNpmTarball(folder, release));
  if (names.has('client')) done(makeClientWheel(release, folder));
  const platforms = Object.entries(PLATFORMS).filter(([name]) => names.has(`wheel-${name}`));
  if (platforms.length === 0 && !names.has('single-file')) return;
  const app = buildApp(folder);
  const licences = collectLicences(root, LICENCE_NODE);
  for (const [, platform] of platforms) {
    const { name, bytes } = makeSheafWheel(platform, { folder, app, licences });
    writeFileSync(join(release, name), bytes);
    done(join(release, name));
  }
  if (!names.has('single-file')) return;
  const single = makeSingleFile(app, release);
  done(single);
  // A short check does without it.
  if (names.has('single-file-xz')) done(compress(single));
  writeFileSync(join(release, 'THIRD-PARTY-LICENSES'), licences);
}

function done(path: string): void {
  say(`${(statSync(path).size / 1e6).toFixed(1).padStart(6)} MB  ${path}`);
}

/** As `sha256sum` writes and checks them. */
function sums(): string {
  const line = (name: string): string =>
    `${createHash('sha256')
      .update(readFileSync(join(release, name)))
      .digest('hex')}  ${name}\n`;
  return readdirSync(release).toSorted().map(line).join('');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
