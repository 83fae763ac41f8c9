import { getFrozenCode } from './code.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/** In what the code of an experiment differs from its commit. */
export type CodeChanges =
  /** A unified diff of all files, new ones too; empty if nothing differs. */
  { readonly kind: 'known'; readonly diff: string } | { readonly kind: 'unknown'; readonly why: string };

/**
 * In what the code of an experiment differed from its commit when it was first submitted.
 *
 * @throws SheafError `experiment.unknown`
 */
export async function readCodeChanges(project: Project, expId: string): Promise<CodeChanges> {
  const code = getFrozenCode(findExperiment(project, expId));
  if (code === undefined)
    return { kind: 'unknown', why: 'the code of an experiment is kept when it is first submitted' };
  if (code.mode === 'live') return { kind: 'unknown', why: 'it ran in the project folder, and no copy was kept' };
  if (code.kind === 'files' || code.commit === undefined) return { kind: 'unknown', why: 'there was no commit' };
  const { diffFromCommit } = await import('../../provenance/index.ts');
  const diff = await diffFromCommit(project.root, code.tree, code.commit);
  return diff === undefined
    ? { kind: 'unknown', why: 'the git repository no longer has its commit or its snapshot' }
    : { kind: 'known', diff };
}
