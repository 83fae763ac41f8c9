import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

const docs: string = join(import.meta.dirname, '..');

interface Section {
  readonly title: string;
  /** Its pages are all in this folder, and those of `pages`. */
  readonly folder: string;
  /** Names of pages in `docs` itself, in the order of the sidebar. */
  readonly pages: readonly string[];
}

/** Pages in `docs` itself that no section names are how-to guides. */
const SECTIONS: readonly Section[] = [
  { title: 'Tutorials', folder: 'tutorial', pages: ['examples'] },
  {
    title: 'How-to guides',
    folder: 'how-to',
    pages: [
      'install',
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
      'python',
      'checkpoints',
      'pruning',
      'disk',
    ],
  },
  { title: 'Migrating', folder: 'migrate', pages: [] },
  {
    title: 'Reference',
    folder: 'reference',
    pages: ['cli', 'cli-help', 'templates', 'harvest', 'queries', 'json', 'job-records', 'library'],
  },
  { title: 'Explanation', folder: 'explanation', pages: ['slurm', 'code', 'advisor', 'comparison'] },
  { title: 'Administration', folder: 'admin', pages: ['shared-installation'] },
  { title: 'Decisions', folder: 'decisions', pages: [] },
];

/** The sections that have pages, each page with its heading. */
export function listSidebar(): DefaultTheme.SidebarItem[] {
  const named = new Set(['index', ...SECTIONS.flatMap(({ pages }) => pages)]);
  const others = listPages('.').filter((page) => !named.has(page));
  return SECTIONS.map(({ title, folder, pages }) => {
    const rest = folder === 'how-to' ? others : [];
    const items = [...pages, ...rest, ...listPages(folder)].map((page) => ({
      text: readHeading(page),
      link: `/${page}`,
    }));
    return { text: title, items, collapsed: folder === 'decisions' };
  }).filter(({ items }) => items.length > 0);
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
