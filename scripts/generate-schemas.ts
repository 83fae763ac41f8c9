/** Writes `schema/`: the JSON Schemas of `sheaf.yaml` and of templates, from the table that also reads them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from '../src/core/validation/document-schemas.ts';

const folder: string = join(import.meta.dirname, '../schema');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(schemaFiles())) writeFileSync(join(folder, name), text);
