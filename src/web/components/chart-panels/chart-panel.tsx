import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import styles from './chart-panels.module.css';

/**
 * The place of the chart of a metric, which is there only while it is on screen. The place keeps its size: three of a
 * third of the window in each direction fit, so that with those that are partly visible at most twelve are there.
 */
export function ChartPanel({
  metric,
  note,
  tools,
  children,
}: {
  readonly metric: string;
  /** What is said of it behind its name. */
  readonly note?: string | undefined;
  /** What can be done with it, beside its name. */
  readonly tools?: ReactNode;
  readonly children: () => ReactNode;
}) {
  const place = useRef<HTMLLIElement>(null);
  // Undefined until the page has been laid out once.
  const [isOnScreen, setOnScreen] = useState<boolean>();
  // The browser itself would say so only after it has painted the page without the chart.
  useLayoutEffect(() => {
    if (place.current !== null) setOnScreen(isInWindow(place.current));
  }, []);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => setOnScreen(entries.at(-1)?.isIntersecting === true));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <li ref={place} className={styles['panel']} aria-busy={isOnScreen === undefined}>
      <div className={styles['title']}>
        <h3>
          {metric}
          {note !== undefined && <span className={styles['note']}>, {note}</span>}
        </h3>
        {tools}
      </div>
      {isOnScreen === true && children()}
    </li>
  );
}

function isInWindow(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
