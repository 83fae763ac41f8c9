import type { ReactNode } from 'react';
import { useCall } from '../api/use-call.ts';
import { toHref, useRoute } from '../state/use-route.ts';
import styles from './shell.module.css';

const PAGES = [
  { part: '', name: 'Home' },
  { part: 'x', name: 'Experiments' },
  { part: 't', name: 'Templates' },
] as const;

/** What is around every page: where one is, and where one can go. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { route } = useRoute();
  const project = useCall('project', {});
  const [current = ''] = route.parts;
  return (
    <div className={styles['shell']}>
      <header className={styles['header']}>
        <strong>{project.data?.name ?? 'sheaf'}</strong>
        <nav aria-label="Pages">
          {PAGES.map(({ part, name }) => (
            <a key={part} href={toHref(part === '' ? [] : [part])} aria-current={part === current ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      <main className={styles['main']}>{children}</main>
    </div>
  );
}
