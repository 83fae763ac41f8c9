import { readActing } from './components/actions/acting.ts';
import { loadLater } from './components/load-later.tsx';
import { PageHeading } from './components/page-heading.tsx';
import { Shell } from './components/shell/shell.tsx';
import { toHref, useRoute } from './state/use-route.ts';

const FormerAct = loadLater(async () => (await import('./components/actions/former-act.tsx')).FormerAct);
/** What was being done when the page was loaded. */
const former = readActing();

const HomePage = loadLater(async () => (await import('./pages/home/home-page.tsx')).HomePage);
const ExperimentsPage = loadLater(
  async () => (await import('./pages/experiments/experiments-page.tsx')).ExperimentsPage,
);
const ExperimentPage = loadLater(async () => (await import('./pages/experiment/experiment-page.tsx')).ExperimentPage);
const ComparePage = loadLater(async () => (await import('./pages/compare/compare-page.tsx')).ComparePage);
const ClusterPage = loadLater(async () => (await import('./pages/cluster/cluster-page.tsx')).ClusterPage);
const SweepPage = loadLater(async () => (await import('./pages/sweep/sweep-page.tsx')).SweepPage);
const ExportPage = loadLater(async () => (await import('./pages/export/export-page.tsx')).ExportPage);
const NewPage = loadLater(async () => (await import('./pages/new/new-page.tsx')).NewPage);
const AdvisePage = loadLater(async () => (await import('./pages/advise/advise-page.tsx')).AdvisePage);
const TemplatesPage = loadLater(async () => (await import('./pages/templates/templates-page.tsx')).TemplatesPage);

/** The page that the address names. */
export function App() {
  const { route } = useRoute();
  return (
    <Shell>
      {former && <FormerAct acting={former} />}
      <Page parts={route.parts} />
    </Shell>
  );
}

function Page({ parts: [page, name, tab] }: { readonly parts: readonly string[] }) {
  if (page === undefined) return <HomePage />;
  if (page === 'x' && name === undefined) return <ExperimentsPage />;
  if (page === 'x' && name !== undefined) return <ExperimentPage id={name} tab={tab ?? 'overview'} />;
  if (page === 'compare') return <ComparePage />;
  if (page === 'cluster') return <ClusterPage />;
  if (page === 's' && name !== undefined) return <SweepPage name={name} />;
  if (page === 'export') return <ExportPage part={name} />;
  if (page === 'new') return <NewPage {...(name === undefined ? {} : { template: name })} />;
  if (page === 'advise') return <AdvisePage />;
  if (page === 't') return <TemplatesPage {...(name === undefined ? {} : { name })} />;
  return (
    <>
      <PageHeading title="Page not found" />
      <a href={toHref([])}>Go to Home</a>
    </>
  );
}
