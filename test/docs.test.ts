import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { headingAnchor } from '../docs/.vitepress/heading-anchor.ts';
import { COMMANDS } from '../src/cli/registry.ts';
import { RESERVED } from '../src/core/settings/reserved.ts';
import { describeTemplate, listTemplates, loadTemplate, openProjectConfig } from '../src/template/index.ts';
import { temporaryFolder } from './support/project-folder.ts';

const root: string = join(import.meta.dirname, '..');

/** The anchors of the headings of a document, on GitHub and on the site. */
function anchorsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map(headingAnchor);
}

test('every link in the documentation leads to a file and a heading', () => {
  const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).filter((path) => !path.includes('node_modules/'));
  expect(documents).toContain('README.md');
  const broken = documents.flatMap((path) => {
    const links = [...readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    return links.flatMap(([, to = '', anchor]) => {
      const target = to === '' ? path : join(dirname(path), to);
      const isThere = existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
      return isThere ? [] : [`${path}: ${to}${anchor === undefined ? '' : `#${anchor}`}`];
    });
  });
  expect(broken).toEqual([]);
});

test('the page of the commands has all of them', () => {
  const page = readFileSync(join(root, 'docs/reference/cli.md'), 'utf8');
  expect(
    COMMANDS.filter(({ name }) => !page.includes(`\`sheaf ${name} `) && !page.includes(`\`sheaf ${name}\``)),
  ).toEqual([]);
});

test('the pages of templates have every reserved key, and their examples are templates', () => {
  const read = (name: string): string => readFileSync(join(root, 'docs/reference', `${name}.md`), 'utf8');
  const page = read('templates') + read('template-commands');
  expect(RESERVED.filter(({ name }) => !page.includes(`\`${name}\``))).toEqual([]);
  const project = temporaryFolder();
  mkdirSync(join(project, 'templates'));
  const blocks = [...page.matchAll(/^```yaml\n# (\S+)\n([^]*?)^```$/gm)];
  expect(blocks).toHaveLength(page.split('```yaml').length - 1);
  for (const [, path = '', text = ''] of blocks) writeFileSync(join(project, path), text);
  const config = openProjectConfig({ root: project, env: {} });
  const names = listTemplates(project);
  expect(names).toEqual(['base', 'commands', 'declared', 'hydra', 'resnet', 'staged', 'tasks', 'vit']);
  expect(names.flatMap((name) => describeTemplate(loadTemplate(config, name)).problems)).toEqual([]);
});

test('GitHub can read the workflows and issue forms, and a workflow may only read the repository', () => {
  const workflows = globSync('.github/workflows/*.yml', { cwd: root });
  const read = (path: string): unknown => parse(readFileSync(join(root, path), 'utf8'));
  expect(workflows).toHaveLength(2);
  for (const path of workflows) expect(read(path)).toMatchObject({ permissions: { contents: 'read' } });
  for (const path of globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root })) {
    expect(read(path)).toMatchObject({ name: expect.any(String), description: expect.any(String) });
  }
});
