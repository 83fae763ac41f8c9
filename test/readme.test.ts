import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../package.json' with { type: 'json' };
import { expectShown, readmeBlocks, readmeText, typeBlock } from './support/readme.ts';
import { testFolder } from './support/run-sheaf.ts';

const root: string = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('README.md fits on one page', () => {
  expect(readmeText().split('\n').length).toBeLessThanOrEqual(170);
});

test('every block of README.md for this machine runs as pasted, one after the other, and shows what the page says', async () => {
  const { path, env } = testFolder();
  let cwd = join(dirname(path), 'home');
  const blocks = readmeBlocks().filter(({ on }) => on === 'machine');
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  for (const { commands, shown } of blocks) {
    const ran = await typeBlock(commands, { cwd, env });
    cwd = ran.cwd;
    if (shown !== undefined) expectShown(ran.screen, shown);
  }
  const demo = join(cwd, '../demo');
  const inText = [...readmeText().matchAll(/`(sheaf run [^`]+)`/g)].map(([, command = '']) => command);
  for (const command of inText) await typeBlock(command, { cwd: demo, env });
  // The figure that README.md shows is the one that its commands draw.
  expect(readFileSync(join(demo, 'loss.svg'), 'utf8')).toBe(read('docs/figures/loss.svg'));
});

test('the first result takes one line, and so does a sweep over three seeds with its table', () => {
  const lines = readmeBlocks().flatMap(({ commands }) => commands.trim().split('\n'));
  expect(lines).toContain('sheaf init demo && cd demo && sheaf run baseline');
  expect(lines.filter((line) => /^sheaf run \S+ .*--grid seed=1,2,3$/.test(line))).toHaveLength(1);
});

test('CI runs every npm command of README.md', () => {
  const ci = read('.ci/run') + read('.ci/steps.sh');
  const commands = readmeBlocks()
    .filter(({ on }) => on === 'npm')
    .flatMap(({ commands: lines }) => lines.replaceAll(/#.*/g, '').split(/&&|\n/))
    .map((command) => command.trim())
    .filter((command) => command.startsWith('npm '));
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((command) => !ci.includes(command.replace(/ \.\/.*/, '')))).toEqual([]);
});

test.each(['README.md', 'docs/how-to/start/install.md'])(
  '%s installs nothing by a name that is not published',
  (page) => {
    expect(read(page)).not.toMatch(/\b(?:install|npx|uvx|add) (?:-\S+ )*[^-\s]*sheaf(?!-\*\.tgz|_slurm-\*\S*\.whl)/);
  },
);

test('every block of README.md that looks like commands is run', () => {
  const fences = [...readmeText().matchAll(/^```(\S*)$/gm)].map(([, language]) => language).filter(Boolean);
  expect(new Set(fences)).toEqual(new Set(['bash', 'text']));
  expect(readmeBlocks()).toHaveLength(fences.filter((language) => language === 'bash').length);
});

test('CITATION.cff has what the Citation File Format requires, and the version and licence of the package', () => {
  const citation = parse(read('CITATION.cff')) as Record<string, unknown>;
  expect(citation).toMatchObject({
    'cff-version': '1.2.0',
    message: expect.any(String),
    title: expect.any(String),
    authors: [{ name: 'The sheaf authors' }],
    type: 'software',
    version: manifest.version,
    license: manifest.license,
  });
});
