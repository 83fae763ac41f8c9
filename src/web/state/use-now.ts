import { useEffect, useState } from 'react';

/** The time in milliseconds since 1970, renewed at an interval. The one place where the page reads the clock. */
export function useNow(everyMs: number = 30_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
