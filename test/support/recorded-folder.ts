import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, projectPaths } from '../../src/store/index.ts';
import { eventsOf, type Life } from './recorded-project.ts';
import { testFolder, type TestFolder } from './run-sheaf.ts';

/** A folder for the program, with a record of experiments that nobody made or ran. */
export async function recordedFolder(lives: { readonly [expId: string]: Life }): Promise<TestFolder> {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n' });
  mkdirSync(join(folder.path, '.sheaf'));
  using store = await openStore(projectPaths(folder.path, join(folder.path, 'experiments')), { env: folder.env });
  await store.append(Object.entries(lives).flatMap(([expId, life]) => eventsOf(expId, life)));
  return folder;
}
