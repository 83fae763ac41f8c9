import { useEffect, useState, type ComponentType } from 'react';
import { Loading } from './loading.tsx';

/**
 * A component whose files are loaded when it is drawn first, so that others do not wait for them. React's own `lazy` would
 * show what stands for it for at least 300 ms, however soon the files are there.
 *
 * @param what it shows, in words; null if nothing stands for it until it is there
 */
export function loadLater<P extends object>(
  load: () => Promise<ComponentType<P>>,
  what: string | null = 'the page',
): ComponentType<P> {
  let loading: Promise<void> | undefined;
  let loaded: ComponentType<P> | undefined;
  const begin = (): Promise<void> =>
    (loading ??= load().then(
      (component) => void (loaded = component),
      (error: unknown) => {
        // The next time may do better.
        loading = undefined;
        throw error;
      },
    ));

  return function Later(props: P) {
    const [, setHere] = useState(false);
    const [error, setError] = useState<Error>();
    const Loaded = loaded;
    const isHere = Loaded !== undefined;
    // Begun while this is drawn, and not after it.
    const begun = isHere || error !== undefined ? undefined : begin();
    useEffect(() => void begun?.then(() => setHere(true), setError), [begun]);
    if (error !== undefined) throw error;
    if (Loaded !== undefined) return <Loaded {...props} />;
    return what === null ? null : <Loading what={what} />;
  };
}
