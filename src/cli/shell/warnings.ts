import type { Session } from './session.ts';

/** Prints warnings while a command goes on, each once, and none with `--quiet`. */
export interface Warnings {
  readonly warn: (warnings: readonly string[]) => void;
  /** Does not print these: they were shown already. */
  readonly skip: (warnings: readonly string[]) => void;
}

export function openWarnings({ say }: Pick<Session, 'say'>): Warnings {
  const said = new Set<string>();
  return {
    warn: (warnings) => {
      for (const warning of warnings) {
        if (said.has(warning)) continue;
        said.add(warning);
        say(`warning: ${warning}`);
      }
    },
    skip: (warnings) => {
      for (const warning of warnings) said.add(warning);
    },
  };
}
