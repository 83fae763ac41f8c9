import { changeSettings, useRoute } from './use-route.ts';

type Settings = { readonly [name: string]: string | undefined };

/** The settings of a tab, kept in the address: reload, and a pasted link, show the same. Others stay as they are. */
export function useSettings(): readonly [URLSearchParams, (changes: Settings) => void] {
  const { route } = useRoute();
  const change = (changes: Settings): void =>
    changeSettings(route, (settings) => ({ ...Object.fromEntries(settings), ...changes }), { replace: true });
  return [route.settings, change];
}

/** One of {@link useSettings}. */
export function useSetting(
  name: string,
  usual: string | undefined,
): readonly [string | undefined, (value: string | undefined) => void] {
  const [settings, change] = useSettings();
  return [settings.get(name) ?? usual, (value) => change({ [name]: value })];
}
