import type { Outdated } from '../../app/index.ts';

/** What changed in the project since the attempts of an experiment. */
export type OutdatedJson = {
  readonly since_attempt: number;
  readonly files: readonly string[];
  readonly settings: readonly string[];
};

export function outdatedJson(outdated: Outdated | undefined): OutdatedJson | null {
  if (outdated === undefined) return null;
  const { attempt, files, settings } = outdated;
  return { since_attempt: attempt, files, settings };
}
