/** Writes `schema/`: the JSON Schemas of `sheaf.yaml`, of templates and of views, from the table that also reads them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchemaFiles } from '../src/core/validation/document-schemas.ts';

const folder: string = join(import.meta.dirname, '../schema');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(buildSchemaFiles())) writeFileSync(join(folder, name), text);
