import { join } from 'node:path';

/** Where things of a project are. All paths are absolute; `root` holds `sheaf.yaml`. */
export interface ProjectPaths {
  readonly root: string;
  readonly sheaf: string;
  readonly journal: string;
  readonly claims: string;
  readonly submissions: string;
  readonly local: string;
  /** Checkouts of code snapshots, a folder a tree. */
  readonly code: string;
  /** The folder that people look at; may lie on scratch. */
  readonly experiments: string;
}

export function projectPaths(root: string, experiments: string): ProjectPaths {
  const sheaf = join(root, '.sheaf');
  return {
    root,
    sheaf,
    journal: join(sheaf, 'journal'),
    claims: join(sheaf, 'claims'),
    submissions: join(sheaf, 'submissions'),
    local: join(sheaf, 'local'),
    code: join(sheaf, 'code'),
    experiments,
  };
}
