import { describeLowSpace } from '../../core/disk/low-space.ts';
import type { Project } from '../project/project.ts';
import type { DoctorFinding } from '../project/types.ts';
import { findSpace } from './disk-space.ts';

/** Of what little is left where experiments write. Quotas may have been asked for some minutes ago. */
export async function findLowSpace(project: Project): Promise<DoctorFinding[]> {
  const room = await findSpace(project, project.store.paths.experiments);
  return describeLowSpace(room).map((what) => ({ level: 'problem', what, fix: 'sheaf info --disk' }));
}
