import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

const docs: string = join(import.meta.dirname, '..');

interface Section {
  readonly title: string;
  readonly folder: string;
  /** Names of pages that come first, in this order; the others of the folder follow by name. */
  readonly first: readonly string[];
}

const SECTIONS: readonly Section[] = [
  { title: 'Tutorials', folder: 'tutorial', first: [] },
  {
    title: 'How-to guides',
    folder: 'how-to',
    first: [
      'install',
      'examples',
      'running',
      'sweeps',
      'surviving',
      'data',
      'start-from',
      'compare',
      'plot',
      'export',
      'trackers',
      'dashboard',
    ],
  },
  { title: 'Migrating', folder: 'migrate', first: [] },
  { title: 'Reference', folder: 'reference', first: ['cli', 'cli-help', 'templates', 'harvest', 'queries'] },
  { title: 'Explanation', folder: 'explanation', first: ['slurm', 'code', 'advisor'] },
  { title: 'Administration', folder: 'admin', first: [] },
  { title: 'Decisions', folder: 'decisions', first: [] },
];

/** The sections, each page with its heading, and the pages in `docs` itself. */
export function listSidebar(): DefaultTheme.SidebarItem[] {
  const sections = SECTIONS.map(({ title, folder, first }) => {
    const named = first.map((page) => join(folder, page));
    const rest = listPages(folder).filter((page) => !named.includes(page));
    return { text: title, items: [...named, ...rest].map(linkTo), collapsed: folder === 'decisions' };
  });
  const others = listPages('.').filter((page) => page !== 'index');
  return [...sections, ...others.map(linkTo)];
}

function linkTo(page: string): DefaultTheme.SidebarItem {
  return { text: readHeading(page), link: `/${page}` };
}

/** The pages in a folder of `docs`, as paths from there without their suffix. */
function listPages(folder: string): string[] {
  const files = globSync('*.md', { cwd: join(docs, folder) }).toSorted();
  return files.map((file) => join(folder, file.replace(/\.md$/, '')));
}

/** The first heading of a page, without the marks of code. */
function readHeading(page: string): string {
  const [, heading] = /^# (.+)$/m.exec(readFileSync(join(docs, `${page}.md`), 'utf8')) ?? [];
  if (heading === undefined) throw new Error(`docs/${page}.md has no heading "# …"`);
  return heading.replaceAll('`', '');
}
