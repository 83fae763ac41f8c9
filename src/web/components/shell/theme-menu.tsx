import { THEMES, useTheme, type Theme } from '../../state/theme.ts';
import { Menu } from '../menu.tsx';

const NAMES: { readonly [T in Theme]: string } = { system: 'Same as system', light: 'Light', dark: 'Dark' };

/** Chooses between light and dark. */
export function ThemeMenu() {
  const [theme, setTheme] = useTheme();
  const items = THEMES.map((each) => ({ name: NAMES[each], isOn: each === theme, act: () => setTheme(each) }));
  return <Menu label={<span aria-hidden="true">◐</span>} title="Theme" items={items} />;
}
