import { useCall } from '../../api/use-call.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { StatusMark } from '../../components/status-mark.tsx';

/** One experiment. */
export function ExperimentPage({ id }: { readonly id: string; readonly tab: string }) {
  const shown = useCall('show', { id });
  if (shown.error !== null) return <ProblemView error={shown.error} retry={() => void shown.refetch()} />;
  return (
    <>
      <h1>{id}</h1>
      {shown.data && <StatusMark status={shown.data.active.status} cause={shown.data.active.cause} />}
    </>
  );
}
