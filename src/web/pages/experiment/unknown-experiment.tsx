import { ApiError } from '../../api/call-api.ts';
import { PageHeading } from '../../components/page-heading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';

/** Instead of the page of an experiment: it does not exist, or could not be read. */
export function UnknownExperiment({
  id,
  error,
  retry,
}: {
  readonly id: string;
  readonly error: Error;
  readonly retry: () => void;
}) {
  const isUnknown = error instanceof ApiError && error.problem.code === 'experiment.unknown';
  return (
    <>
      <PageHeading title={id} />
      <ProblemView error={error} {...(isUnknown ? {} : { retry })} />
      {isUnknown && <p>It may have been renamed or removed since this address was made.</p>}
    </>
  );
}
