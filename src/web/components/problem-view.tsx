import { ApiError } from '../api/call-api.ts';
import styles from './problem-view.module.css';

/** What went wrong, why, and what to do; with a way to try again. */
export function ProblemView({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <div role="alert" className={styles['problem']}>
      <p className={styles['message']}>{error.message}</p>
      {problem?.why && <p>{problem.why}</p>}
      {problem?.fix && <pre className={styles['fix']}>{problem.fix}</pre>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
