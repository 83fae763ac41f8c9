import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { makeFolder, readTextIfThere, writeAtomic } from '../../system/index.ts';

/** The folder of the schemas, relative to the project. */
const FOLDER = '.sheaf/schema';

/** The first line of a file that an editor then completes and checks. The YAML language server reads the path from the file. */
function schemaLine(schema: string, fromFile: string): string {
  return `# yaml-language-server: $schema=${fromFile}${FOLDER}/${schema}.schema.json\n`;
}

/** The first line of `sheaf.yaml`. */
export const PROJECT_SCHEMA_LINE: string = schemaLine('sheaf', '');

/** The first line of a file in `templates/`. */
export const TEMPLATE_SCHEMA_LINE: string = schemaLine('template', '../');

/** The first line of a file in `views/`. */
export const VIEW_SCHEMA_LINE: string = schemaLine('view', '../');

/**
 * Writes the JSON Schemas of `sheaf.yaml`, of templates and of views into the project, and replaces those of another version.
 *
 * Files of a project name them by a relative path, which stays true on other machines, for other users and installations,
 * and after a move. Someone who may not write there keeps what is there: only an editor needs it.
 *
 * @returns the files that were written, relative to the project
 */
export async function writeEditorSchemas(root: string): Promise<readonly string[]> {
  const { buildSchemaFiles } = await import('../../core/validation/document-schemas.ts');
  const outdated = Object.entries(buildSchemaFiles()).filter(
    ([name, text]) => readTextIfThere(join(root, FOLDER, name)) !== text,
  );
  if (outdated.length === 0) return [];
  try {
    makeFolder(join(root, FOLDER));
    for (const [name, text] of outdated) writeAtomic(join(root, FOLDER, name), text);
    return outdated.map(([name]) => `${FOLDER}/${name}`);
  } catch (error) {
    if (error instanceof SheafError) return [];
    throw error;
  }
}
