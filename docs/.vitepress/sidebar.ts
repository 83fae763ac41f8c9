import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

const docs: string = join(import.meta.dirname, '..');

interface Section {
  readonly title: string;
  readonly folder: string;
  /** Names of pages in their order, or groups of them; the other pages of the folder follow by name. */
  readonly first: readonly (string | Group)[];
}

interface Group {
  readonly title: string;
  /** The folder of the group in that of its section: the other pages in it follow by name. The section's own folder without it. */
  readonly folder?: string;
  readonly pages: readonly string[];
}

const REFERENCE: Section['first'] = [
  { title: 'Commands', pages: ['cli', 'cli-help', 'queries', 'exit-codes', 'errors', 'json'] },
  {
    title: 'Templates and settings',
    pages: ['templates', 'template-commands', 'template-keys', 'project-settings'],
  },
  { title: 'Results', pages: ['harvest', 'series', 'harvest-programs', 'missing-values', 'export', 'plot'] },
  { title: 'In a job', pages: ['environment-variables', 'metrics-file', 'resuming', 'signals', 'packs'] },
  { title: 'Files', pages: ['files', 'job-records', 'submission-files'] },
];

const SECTIONS: readonly Section[] = [
  { title: 'Tutorials', folder: 'tutorial', first: ['first-run', 'first-sweep', 'on-slurm', 'paper'] },
  {
    title: 'How-to guides',
    folder: 'how-to',
    first: [
      { title: 'Start', folder: 'start', pages: ['install', 'examples', 'python'] },
      {
        title: 'Set up jobs',
        folder: 'jobs',
        pages: ['environments', 'containers', 'multi-gpu', 'own-script', 'data'],
      },
      { title: 'Choose resources', folder: 'resources', pages: ['choose-partition', 'efficiency', 'pack'] },
      { title: 'Run many', folder: 'sweeps', pages: ['sweeps', 'adaptive-sweeps', 'decide-in-a-job'] },
      {
        title: 'After failures',
        folder: 'failures',
        pages: ['when-something-went-wrong', 'fix-and-rerun', 'resume', 'preemption', 'retry', 'restore-code'],
      },
      { title: 'Results', folder: 'results', pages: ['metrics', 'compare', 'plot', 'export'] },
      { title: 'Dashboard', folder: 'dashboard', pages: ['dashboard', 'read-charts', 'rank-groups', 'read-pages'] },
      { title: 'Trackers', folder: 'trackers', pages: ['wandb', 'mlflow'] },
      { title: 'Files and disk', folder: 'files', pages: ['checkpoints', 'pruning'] },
      { title: 'Extend sheaf', folder: 'extend', pages: [] },
    ],
  },
  { title: 'Migrating', folder: 'migrate', first: [] },
  { title: 'Reference', folder: 'reference', first: REFERENCE },
  {
    title: 'Explanation',
    folder: 'explanation',
    first: [
      { title: 'The idea', pages: ['concepts', 'frozen', 'code', 'states', 'reliability', 'statistics', 'benchmarks'] },
      { title: 'Slurm', pages: ['slurm', 'slurm-defaults', 'why-jobs-wait'] },
      {
        title: 'The advisor',
        pages: [
          'advisor',
          'auto',
          'partitions',
          'gpus',
          'memory',
          'waits',
          'waits-measured',
          'run-times',
          'reproducibility',
        ],
      },
    ],
  },
  { title: 'Administration', folder: 'admin', first: ['load', 'permissions', 'shared-installation', 'backups'] },
  { title: 'Decisions', folder: 'decisions', first: [] },
];

/** The sections, each page with its heading, and the pages in `docs` itself. */
export function listSidebar(): DefaultTheme.SidebarItem[] {
  const sections = SECTIONS.map(({ title, folder, first }) => {
    const listed = first.map((entry) => {
      if (typeof entry === 'string') return { pages: [join(folder, entry)] };
      const inGroup = entry.pages.map((page) => join(folder, entry.folder ?? '', page));
      const others = entry.folder === undefined ? [] : listPages(join(folder, entry.folder));
      return { title: entry.title, pages: [...new Set([...inGroup, ...others])] };
    });
    const items = listed.flatMap(({ title: group, pages }) =>
      group === undefined ? pages.map(linkTo) : [{ text: group, items: pages.map(linkTo), collapsed: true }],
    );
    const named = new Set(listed.flatMap(({ pages }) => pages));
    const rest = listPages(folder).filter((page) => !named.has(page));
    return { text: title, items: [...items, ...rest.map(linkTo)], collapsed: folder === 'decisions' };
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
