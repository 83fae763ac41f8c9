import { resolve } from 'node:path';
import type { Project } from '../project/project.ts';

/** The absolute path of an input: relative ones begin at the project, and `~` is the home of the user. */
export function placeInput({ root, env }: Pick<Project, 'root' | 'env'>, path: string): string {
  return resolve(root, path.replace(/^~(?=\/|$)/, env['HOME'] ?? '~'));
}
