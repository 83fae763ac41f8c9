import { resolve } from 'node:path';
import type { SnapshotRecord } from '../../core/experiment/code.ts';
import { requireSnapshot } from './code.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/** Where the code of an experiment was written to. */
export interface CheckedOut {
  /** Absolute. */
  readonly folder: string;
  readonly code: SnapshotRecord;
}

/** @throws SheafError `code.live`, `code.unknown`, `code.*` when it cannot be written */
export async function checkOutCode(project: Project, expId: string, to: string): Promise<CheckedOut> {
  const code = requireSnapshot(findExperiment(project, expId));
  const { writeOut } = await import('../../provenance/index.ts');
  const folder = resolve(to);
  await writeOut({ folder: project.root, store: project.store.paths.code, record: code, to: folder });
  return { folder, code };
}
