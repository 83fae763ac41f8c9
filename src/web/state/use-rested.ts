import { useEffect, useState } from 'react';

/** A value once it has stayed for a while, so that nothing is read for what one only passes. @param restMs milliseconds */
export function useRested<T>(value: T, restMs: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}
