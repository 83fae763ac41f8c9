import { ApiError } from '../api/call-api.ts';
import { toHref } from '../state/use-route.ts';
import styles from './problem-view.module.css';

/** What went wrong, why, and what to do; with a way to try again. */
export function ProblemView({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : undefined;
  const isUnknown = problem?.code === 'experiment.unknown';
  // In a terminal `sheaf list` is the next step if no name is near; a page has the list itself.
  const fix = isUnknown && problem.fix?.startsWith('did you mean') === false ? undefined : problem?.fix;
  return (
    <div role="alert" className={styles['problem']}>
      <p className={styles['message']}>{error.message}</p>
      {problem?.why && <p>{problem.why}</p>}
      {fix && <pre className={styles['fix']}>{fix}</pre>}
      {isUnknown && <a href={toHref(['x'])}>All experiments</a>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
