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
  readonly pages: readonly string[];
}

const REFERENCE: Section['first'] = [
  { title: 'Commands', pages: ['cli', 'cli-help', 'queries', 'exit-codes', 'errors', 'json'] },
  {
    title: 'Templates and settings',
    pages: ['templates', 'template-commands', 'template-keys', 'project-settings', 'sbatch-templates'],
  },
  { title: 'Results', pages: ['harvest', 'series', 'harvest-programs', 'missing-values'] },
  { title: 'In a job', pages: ['environment-variables', 'metrics-file', 'resuming', 'signals', 'packs'] },
  { title: 'Files', pages: ['files', 'job-records', 'submission-files'] },
];

const SECTIONS: readonly Section[] = [
  { title: 'Tutorials', folder: 'tutorial', first: ['first-run', 'first-sweep', 'on-slurm', 'paper'] },
  {
    title: 'How-to guides',
    folder: 'how-to',
    first: [
      { title: 'Start', pages: ['install', 'examples', 'python', 'group-projects'] },
      {
        title: 'Set up jobs',
        pages: ['environments', 'containers', 'multi-gpu', 'own-script', 'data', 'start-from'],
      },
      { title: 'Choose resources', pages: ['choose-partition', 'efficiency', 'pack', 'catalogue'] },
      { title: 'Run many', pages: ['sweeps', 'adaptive-sweeps', 'decide-in-a-job', 'own-sampler'] },
      {
        title: 'After failures',
        pages: [
          'when-something-went-wrong',
          'fix-and-rerun',
          'resume',
          'preemption',
          'retry',
          'restore-code',
          'report-a-bug',
        ],
      },
      { title: 'Results', pages: ['metrics', 'compare', 'plot', 'export', 'report'] },
      { title: 'Dashboard', pages: ['dashboard', 'read-charts', 'rank-groups', 'read-pages', 'act-from-pages'] },
      { title: 'Trackers', pages: ['wandb', 'mlflow', 'tensorboard'] },
      { title: 'Files and disk', pages: ['checkpoints', 'pruning', 'disk'] },
      { title: 'Extend sheaf', pages: ['schedulers'] },
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
    const named = first.flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.pages));
    const rest = listPages(folder).filter((page) => !named.some((name) => join(folder, name) === page));
    const items = first.map((entry) => {
      if (typeof entry === 'string') return linkTo(join(folder, entry));
      const links = entry.pages.map((page) => linkTo(join(folder, page)));
      return { text: entry.title, items: links, collapsed: true };
    });
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
