import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';
import { useCall } from '../../api/use-call.ts';
import { useKeyListener } from '../../state/actions.ts';
import { useKeptFocus } from '../../state/use-kept-focus.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { CommandButton } from './command-button.tsx';
import { ErrorBoundary } from '../error-boundary.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { CommandPalette } from './command-palette.tsx';
import { PAGES, usePageKeys } from './pages.ts';
import { ThemeMenu } from './theme-menu.tsx';
import { LiveMark } from './live-mark.tsx';
import { Toasts } from '../toasts.tsx';
import styles from './shell.module.css';

/** What is around every page: where one is, and where one can go. Floating parts add no style elements (strict CSP). */
export function Shell({ children }: { readonly children: ReactNode }) {
  const page = useRoute().route.parts.join('/');
  useKeyListener();
  usePageKeys();
  useKeptFocus();
  return (
    <CSPProvider disableStyleElements>
      <div className={styles['shell']}>
        <SkipLink />
        <Header />
        <main className={styles['main']} id="main" tabIndex={-1}>
          <ErrorBoundary of={page}>{children}</ErrorBoundary>
        </main>
      </div>
      <Toasts />
    </CSPProvider>
  );
}

function Header() {
  const { route } = useRoute();
  const project = useCall('project', {});
  const [current = ''] = route.parts;
  return (
    <header className={styles['header']}>
      <strong className={styles['project']} title={project.data?.root}>
        {project.data?.name ?? 'sheaf'}
      </strong>
      <nav aria-label="Pages">
        {PAGES.map(({ part, name }) => (
          <a key={part} href={toHref(part === '' ? [] : [part])} aria-current={part === current ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div className={styles['tools']}>
        <LiveMark />
        <CommandPalette />
        <CommandButton />
        <ThemeMenu />
        <HelpDialog />
      </div>
    </header>
  );
}

/** The fragment of the address is the page, so that a link to `#main` would leave it. */
function SkipLink() {
  return (
    <button type="button" className={styles['skip']} onClick={() => document.getElementById('main')?.focus()}>
      Skip to the content
    </button>
  );
}
