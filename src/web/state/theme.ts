import { useEffect } from 'react';
import { useStoredSetting } from './stored-setting.ts';

export const THEMES = ['system', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

/** The theme that was chosen, and how to choose another. The styles read it from the root of the document. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [stored, store] = useStoredSetting('theme', 'system');
  const theme = THEMES.find((each) => each === stored) ?? 'system';
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return [theme, store];
}
