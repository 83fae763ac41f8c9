import { resolve } from 'node:path';
import { getUvVenv, makeUvLine, makeVenvLine } from '../launch/python.ts';
import { getRequirementWords } from '../launch/requirements.ts';
import { renderRunTexts } from '../render/run-texts.ts';
import type { RunInput } from './run-input.ts';
import { buildContext } from './run-script.ts';

/** How to check on the machine that submits what a run requires: the Python to start, with which words and variables. */
export interface RequirementsHere {
  /** Words for the program. */
  readonly words: readonly string[];
  /** Variable → value, over those of the job. */
  readonly exports: Readonly<Record<string, string>>;
  /** The virtual environment that has the Python; absent: the one on the PATH. */
  readonly venv?: {
    /** As the template names it. */
    readonly folder: string;
    /** Absolute. */
    readonly path: string;
    /** The line that makes it, typed in the project. */
    readonly make: string;
    readonly isUv: boolean;
  };
}

/**
 * @param home what `~` stands for
 * @returns undefined if the run requires nothing, or if only its job can know: modules, conda, a container, lines of setup or
 * a script decide there which Python it is
 */
export function findRequirementsHere(run: RunInput, home: string): RequirementsHere | undefined {
  const { environment, script } = run.stage.run;
  if ((environment?.requires ?? []).length === 0 || script !== undefined) return undefined;
  const stage = { resources: run.stage.resources, run: renderRunTexts(buildContext(run)) };
  const { modules, conda, container, setup = '', venv, uv, exports = {}, requires = [] } = stage.run.environment ?? {};
  if (modules ?? conda ?? container ?? (setup.trim() !== '' || undefined)) return undefined;
  const folder = uv === undefined ? venv : getUvVenv(uv);
  const set = Object.entries(exports).filter(([, value]) => value !== null);
  return {
    words: getRequirementWords(stage),
    exports: Object.fromEntries(set.map(([name, value]) => [name, String(value)])),
    ...(folder !== undefined && {
      venv: {
        folder,
        path: resolve(run.projectRoot, folder.replace(/^~(?=\/|$)/, home)),
        make: uv === undefined ? makeVenvLine(folder, requires) : makeUvLine(uv),
        isUv: uv !== undefined,
      },
    }),
  };
}
