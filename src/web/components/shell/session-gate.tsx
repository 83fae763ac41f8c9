import { useEffect, type ReactNode } from 'react';
import { openSession, useSession, type SessionState } from '../../api/session.ts';
import styles from './session-gate.module.css';

const WORDS: { readonly [state in SessionState]: string } = {
  opening: 'Opening the dashboard',
  open: '',
  none: 'This page needs a link: each opens the dashboard once',
  ended: 'This session has ended: the server stopped, sheaf serve --revoke ended it, or nobody used it for 12 hours',
  used: 'This link has been used or has expired',
  away: 'The server does not answer: check that sheaf serve still runs and that the tunnel to it is open',
};

/** Shows the pages to those who have a session. The address stays, so that a new link leads back to it. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const state = useSession();
  useEffect(() => {
    if (state !== 'open') document.title = 'sheaf';
  }, [state]);
  if (state === 'open') return children;
  return (
    <main className={styles['gate']}>
      <h1>sheaf</h1>
      <p role="status">{WORDS[state]}</p>
      {state !== 'opening' && <LinkForm />}
    </main>
  );
}

function LinkForm() {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const link = new FormData(event.currentTarget).get('link');
        if (typeof link === 'string') void openSession(link);
      }}
    >
      <p>
        In the folder of the project, run <code>sheaf serve --link</code>, then open the new link or paste it here:
      </p>
      <label>
        <span className="visually-hidden">Link</span>
        <input className={styles['link']} name="link" type="text" autoComplete="off" required />
      </label>{' '}
      <button type="submit">Open</button>
    </form>
  );
}
