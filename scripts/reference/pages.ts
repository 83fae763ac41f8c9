import { cliPage } from './cli-page.ts';
import { errorsPage } from './errors-page.ts';
import { jsonPage } from './json-page.ts';
import { projectSettingsPage, templateKeysPage } from './key-pages.ts';
import { variablesPage } from './variables-page.ts';

/** The pages of `docs/reference` that are generated as a whole, by name. */
export async function referencePages(): Promise<{ readonly [name: string]: string }> {
  return {
    'cli-help.md': await cliPage(),
    'environment-variables.md': variablesPage(),
    'errors.md': errorsPage(),
    'json.md': jsonPage(),
    'project-settings.md': projectSettingsPage(),
    'template-keys.md': templateKeysPage(),
  };
}
