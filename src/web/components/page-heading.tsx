import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useCall } from '../api/use-call.ts';
import { restoreFocus } from '../state/use-kept-focus.ts';
import { useRoute } from '../state/use-route.ts';
import styles from './page-heading.module.css';

/** The page whose heading had the focus last. Empty: none yet, and the first one does not take it. */
let visited: string | undefined;

/**
 * The heading of a page: it names the document, and has the focus at a new page, so that a screen reader says where one is.
 * After a step back, what had the focus there has it again.
 *
 * @param title as text, for the document
 * @param children what is shown, if it is not the title alone
 */
export function PageHeading({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { route } = useRoute();
  const project = useCall('project', {}).data?.name;
  const page = route.parts.slice(0, 2).join('/');
  // Before anything is drawn: what looks after a lost focus would give it to the heading, and that would be remembered.
  useLayoutEffect(() => {
    if (visited !== undefined && visited !== page && heading.current !== null) restoreFocus(heading.current);
    visited = page;
  }, [page]);
  useEffect(() => {
    document.title = [title, project, 'sheaf'].filter(Boolean).join(' · ');
  }, [title, project]);
  return (
    <h1 ref={heading} tabIndex={-1} className={styles['heading']}>
      {children ?? title}
    </h1>
  );
}
