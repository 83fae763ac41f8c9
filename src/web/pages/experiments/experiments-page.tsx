import { useCall } from '../../api/use-call.ts';
import { PageHeading } from '../../components/page-heading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { toHref, useRoute } from '../../state/use-route.ts';

/** All experiments: which of them, in which order, by which columns. */
export function ExperimentsPage() {
  const { route } = useRoute();
  const where = route.settings.get('q') ?? '';
  const page = useCall('page', where === '' ? {} : { where });
  if (page.error !== null) return <ProblemView error={page.error} retry={() => void page.refetch()} />;
  return (
    <>
      <PageHeading title="Experiments" />
      <p>{page.data?.total ?? ''}</p>
      <ul>{page.data?.expIds.map((id) => id !== null && <li key={id}>{<a href={toHref(['x', id])}>{id}</a>}</li>)}</ul>
    </>
  );
}
