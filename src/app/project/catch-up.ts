import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { getFileFacts } from '../../system/index.ts';
import type { Project } from './project.ts';

/**
 * Reads what others have recorded since, for a process that stays: while its folder is away, a project is not taken for
 * one without a record.
 *
 * @throws SheafError `project.gone`
 */
export async function catchUp({ root, store }: Project): Promise<void> {
  if (getFileFacts(join(root, 'sheaf.yaml'), { follow: true }) === undefined) {
    throw failure('project.gone', `the project folder ${root} is not there any more`, {
      why: 'it was moved or removed, or its file system is not mounted',
      now: 'nothing was changed',
      fix: 'bring it back; if it was moved, start sheaf serve in the new place',
    });
  }
  await store.refresh();
}
