import { toHref, useRoute } from '../../../state/use-route.ts';

/** A setting of a tab, kept in the address: reload, and a pasted link, show the same. */
export function useSetting(
  name: string,
  usual: string | undefined,
): readonly [string | undefined, (value: string | undefined) => void] {
  const { route, go } = useRoute();
  const set = (value: string | undefined): void => {
    const settings: { [key: string]: string | undefined } = { ...Object.fromEntries(route.settings), [name]: value };
    go(toHref(route.parts, settings), { replace: true });
  };
  return [route.settings.get(name) ?? usual, set];
}
