import { join } from 'node:path';
import type { Project } from './project.ts';

export function experimentFolder(project: Project, expId: string): string {
  return join(project.store.paths.experiments, expId);
}
