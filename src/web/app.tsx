import { PageHeading } from './components/page-heading.tsx';
import { Shell } from './components/shell/shell.tsx';
import { ExperimentPage } from './pages/experiment/experiment-page.tsx';
import { ExperimentsPage } from './pages/experiments/experiments-page.tsx';
import { HomePage } from './pages/home/home-page.tsx';
import { TemplatesPage } from './pages/templates/templates-page.tsx';
import { toHref, useRoute } from './state/use-route.ts';

/** The page that the address names. */
export function App() {
  const { route } = useRoute();
  return (
    <Shell>
      <Page parts={route.parts} />
    </Shell>
  );
}

function Page({ parts: [page, name, tab] }: { readonly parts: readonly string[] }) {
  if (page === undefined) return <HomePage />;
  if (page === 'x' && name === undefined) return <ExperimentsPage />;
  if (page === 'x' && name !== undefined) return <ExperimentPage id={name} tab={tab ?? 'overview'} />;
  if (page === 't') return <TemplatesPage {...(name === undefined ? {} : { name })} />;
  return (
    <>
      <PageHeading title="There is no page of this name" />
      <a href={toHref([])}>Home</a>
    </>
  );
}
