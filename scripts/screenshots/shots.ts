import { EXPERIMENT_TABS, type DashboardPage } from '../../test/support/dashboard-page.ts';
import { LONG_NAME, type ProjectName } from './projects.ts';

/** One picture: a page in one of its states. */
export interface Shot {
  /** Of the file, with width and theme behind it. */
  readonly name: string;
  /** In the fragment of the address: `/x?q=lr%3D1`. */
  readonly path: string;
  /** Default: the one with runs. */
  readonly project?: ProjectName;
  /** Brings the page into the state. */
  readonly prepare?: (dashboard: DashboardPage) => Promise<void>;
  /** Brings the browser into the state before the page is opened; the page need not come to rest. */
  readonly before?: (dashboard: DashboardPage) => Promise<void>;
  /** In which of the widths; by default in both. */
  readonly width?: number;
  /** The name under which the documentation shows it, 1,440 pixels wide and in the light theme. */
  readonly docs?: string;
}

const query = (text: string): string => `/x?q=${encodeURIComponent(text)}`;

function press(...keys: readonly string[]) {
  return async ({ page }: DashboardPage): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
}

function click(role: 'button' | 'menuitem' | 'menuitemcheckbox', name: string | RegExp) {
  return ({ page }: DashboardPage): Promise<void> => page.getByRole(role, { name }).first().click();
}

/** No answer of a name arrives any more. */
function holdBack(...names: readonly string[]) {
  return async ({ page }: DashboardPage): Promise<void> => {
    for (const name of names) await page.route(`**/api/${name}`, () => undefined);
  };
}

const EXPERIMENTS: readonly Shot[] = [
  { name: 'experiments', path: '/x', docs: 'experiments' },
  { name: 'experiments-filtered', path: `${query('sweep = lrwd and lr >= 0.1')}&s=-val_acc` },
  { name: 'experiments-no-match', path: query('status = failed and lr > 50') },
  { name: 'experiments-wrong-query', path: query('lr === 1') },
  { name: 'experiments-wrong-query-rows', path: '/x', prepare: press(...'/ l r = = = 1 Escape'.split(' ')) },
  { name: 'experiments-groups', path: `${query('sweep = lrwd')}&g=*` },
  { name: 'experiments-loading', path: '/x', before: holdBack('page', 'facets') },
  { name: 'experiments-columns', path: '/x', prepare: click('button', /^Columns/) },
  { name: 'experiments-views', path: '/x', prepare: click('button', /^Saved/) },
  { name: 'experiments-view-menu', path: '/x', prepare: click('button', /^View/) },
  { name: 'experiments-counts', path: '/x', prepare: click('button', /^Counts/), width: 320 },
  { name: 'experiments-peek', path: '/x', prepare: pressInList('j', 'j', 'j', 'Space'), width: 1440 },
  { name: 'experiments-selected', path: '/x', prepare: pressInList('j', 'x', 'j', 'x', 'j', 'x'), width: 1440 },
  { name: 'experiments-suggestions', path: '/x', prepare: press('/', 's', 't') },
];

function pressInList(...keys: readonly string[]) {
  return async (dashboard: DashboardPage): Promise<void> => {
    await press(...keys)(dashboard);
    await dashboard.rest();
  };
}

const EXPERIMENT: readonly Shot[] = [
  ...EXPERIMENT_TABS.map((tab) => ({ name: `experiment-${tab}`, path: `/x/lr0.1_wd0_s1/${tab}` })),
  { name: 'experiment-failed', path: '/x/too-wide/overview' },
  { name: 'experiment-failed-data', path: '/x/other-data/overview' },
  { name: 'experiment-failed-logs', path: '/x/other-data/logs' },
  { name: 'experiment-retried', path: '/x/too-slow/overview' },
  { name: 'experiment-retried-attempts', path: '/x/too-slow/attempts' },
  { name: 'experiment-retried-charts', path: '/x/too-slow/charts' },
  { name: 'experiment-running', path: '/x/long/overview' },
  { name: 'experiment-running-charts', path: '/x/long/charts', docs: 'charts' },
  { name: 'experiment-running-logs', path: '/x/long/logs' },
  { name: 'experiment-waiting', path: '/x/after-long/overview' },
  { name: 'experiment-waiting-logs', path: '/x/after-long/logs' },
  { name: 'experiment-cancelled', path: '/x/given-up/overview' },
  { name: 'experiment-draft', path: '/x/draft/overview' },
  { name: 'experiment-draft-charts', path: '/x/draft/charts' },
  { name: 'experiment-noted', path: '/x/baseline/overview' },
  { name: 'experiment-long-name', path: `/x/${LONG_NAME}/overview` },
  { name: 'experiment-long-name-code', path: `/x/${LONG_NAME}/code` },
  { name: 'experiment-no-metrics', path: '/x/points/overview' },
  { name: 'experiment-no-metrics-charts', path: '/x/points/charts' },
  { name: 'experiment-unknown', path: '/x/basline/overview' },
  { name: 'experiment-loading', path: '/x/baseline/overview', before: holdBack('show') },
  { name: 'files-folder', path: '/x/lr0.1_wd0_s1/files?path=attempts/train-1/' },
  { name: 'files-table', path: '/x/lr0.1_wd0_s1/files?path=series.parquet' },
  { name: 'files-json', path: '/x/lr0.1_wd0_s1/files?path=attempts/train-1/metrics.jsonl' },
  { name: 'files-missing', path: '/x/lr0.1_wd0_s1/files?path=attempts/train-1/metrics.json' },
  { name: 'charts-log-axes', path: '/x/long/charts?y=log&x=time' },
];

const COMPARE: readonly Shot[] = [
  { name: 'compare', path: '/compare?sel=lr0.01_wd0_s0,lr0.1_wd0_s0,lr1_wd0_s0' },
  { name: 'compare-two', path: `/compare?sel=baseline,${LONG_NAME}` },
  { name: 'compare-empty', path: '/compare' },
];

/** The form of a sweep that stops and proposes members, with what it would submit. */
const ADAPTIVE =
  '/new/moons?sweep=on&as.lr=draw&set.lr=loguniform(1e-3,1)&trials=81&metric=val_acc&stop=asha&from=3&to=81&top=5&seeds=3&most=16&look=on';

/** The dialog that cancels a run, set to stop it softly. */
async function stopSoftly({ page }: DashboardPage): Promise<void> {
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByLabel(/Stop, and keep/).check();
  await page.getByLabel(/Reason, which/).fill('no better than the others');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await page.getByText('sheaf cancel going --stop').waitFor();
}

const SWEEP: readonly Shot[] = [
  { name: 'sweep', path: '/s/lrwd' },
  { name: 'sweep-running', path: '/s/widths' },
  { name: 'sweep-unknown', path: '/s/lrd' },
  { name: 'sweep-adaptive', path: '/s/tuned', project: 'adaptive' },
  { name: 'sweep-adaptive-groups', path: '/s/tuned?lines=groups', project: 'adaptive' },
  { name: 'sweep-adaptive-1000', path: '/s/wide', project: 'adaptive' },
  {
    name: 'sweep-adaptive-table',
    path: '/s/tuned',
    project: 'adaptive',
    prepare: click('button', /^Show as table: val_acc of/),
  },
];

const EVERYWHERE: readonly Shot[] = [
  { name: 'home', path: '/', docs: 'home' },
  { name: 'home-empty', path: '/', project: 'empty' },
  { name: 'home-loading', path: '/', before: holdBack('summary') },
  { name: 'experiments-empty', path: '/x', project: 'empty' },
  { name: 'export-table', path: '/export?g=lr&f=latex&best=val_acc%3Amax&q=sweep+%3D+lrwd' },
  { name: 'export-figure', path: '/export/figure?m=val_acc&g=lr&q=sweep+%3D+lrwd' },
  { name: 'templates', path: '/t' },
  { name: 'template', path: '/t/moons' },
  { name: 'template-extends', path: '/t/moons-wide' },
  { name: 'template-broken', path: '/t/broken' },
  { name: 'palette', path: '/x', prepare: find('lr0.1') },
  { name: 'help', path: '/x', prepare: press('?') },
  { name: 'command', path: '/x', prepare: click('button', 'Show the command that gives the same') },
  { name: 'theme', path: '/', prepare: click('button', 'Theme') },
  { name: 'toast', path: '/x', prepare: press('.') },
  { name: 'focus', path: '/', prepare: press('Tab', 'Tab', 'Tab', 'Tab') },
  { name: 'export', path: '/export' },
  { name: 'unknown-page', path: '/nowhere' },
  { name: 'template-unknown', path: '/t/moon' },
  { name: 'new', path: '/new/moons' },
  { name: 'new-choice', path: '/new' },
  { name: 'new-adaptive', path: ADAPTIVE, project: 'adaptive' },
  { name: 'new-adaptive-missing', path: '/new/moons?sweep=on&stop=asha', project: 'adaptive' },
  { name: 'cancel-stop', path: '/x/going/overview', project: 'adaptive', prepare: stopSoftly },
  { name: 'new-looked', path: '/new/moons?set.lr=0.3&look=on' },
  { name: 'cluster', path: '/cluster' },
  { name: 'cluster-silent', path: '/cluster', project: 'troubled' },
  { name: 'advise', path: '/advise' },
  { name: 'advise-template', path: '/advise?for=template&t=moons' },
  { name: 'advise-experiment', path: '/advise?for=experiment&id=baseline' },
  { name: 'advise-description', path: '/advise?for=description&set.model=llama-8b&set.batch_size=8' },
  { name: 'home-troubled', path: '/', project: 'troubled', prepare: openProblems },
  { name: 'scheduler-down', path: '/x', project: 'troubled', prepare: openLive(/^Scheduler down\./) },
  { name: 'disconnected', path: '/', prepare: disconnect },
  { name: 'disk-full', path: '/', project: 'full', prepare: openLive(/^Not recorded\./) },
  { name: 'read-only', path: '/s/seeds', project: 'read-only' },
  { name: 'read-only-new', path: '/new/moons', project: 'read-only' },
];

async function openProblems({ page }: DashboardPage): Promise<void> {
  await page.getByText(/of the record or the disk/).click();
}

/** Shows the words about how fresh the page is. */
function openLive(words: RegExp) {
  return ({ page }: DashboardPage): Promise<void> => page.getByRole('button', { name: words }).click();
}

/** The event stream and what the page asks instead of it fail. */
async function disconnect(dashboard: DashboardPage): Promise<void> {
  for (const name of ['events', 'changes']) await dashboard.page.route(`**/api/${name}`, (route) => route.abort());
  await dashboard.page.reload();
  await openLive(/^Disconnected\./)(dashboard);
}

/** The server forgets the browser. It comes last: nothing can be opened behind it. */
const ENDED: Shot = {
  name: 'session-ended',
  path: '/x',
  prepare: async ({ page }) => {
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('textbox', { name: 'Link' }).waitFor();
  },
};

function find(text: string) {
  return async ({ page }: DashboardPage): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(text);
    await page.getByRole('option').nth(1).waitFor();
  };
}

/** All pictures. A new page adds its own here. */
export const SHOTS: readonly Shot[] = [...EVERYWHERE, ...EXPERIMENTS, ...EXPERIMENT, ...COMPARE, ...SWEEP, ENDED];
