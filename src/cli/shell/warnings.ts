import type { Session } from './session.ts';

/** Prints warnings while a command goes on, each once, and none with `--quiet`. */
export function openWarnings({ say }: Pick<Session, 'say'>): (warnings: readonly string[]) => void {
  const said = new Set<string>();
  return (warnings) => {
    for (const warning of warnings) {
      if (said.has(warning)) continue;
      said.add(warning);
      say(`warning: ${warning}`);
    }
  };
}
