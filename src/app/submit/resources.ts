import type { Resources } from '../../core/settings/settings.ts';

/**
 * Resources given as texts, for the attempts of one submission: `{ time_limit: '02:00:00' }`.
 *
 * @throws SheafError `resources.*` for what is no resource, or cannot be one
 */
export async function parseResourceOverrides(texts: Readonly<Record<string, string>>): Promise<Partial<Resources>> {
  if (Object.keys(texts).length === 0) return {};
  const { readResources } = await import('../../template/index.ts');
  return readResources(texts);
}
