import type { Resources } from '../../core/settings/settings.ts';
import { optionsOf, partsOf } from '../render/directive-options.ts';
import { takeOver, type DroppedOption } from '../sbatch/sbatch-options.ts';

/** What the `#SBATCH` lines of a script ask for. */
export interface ScriptDirectives {
  /** As a template would say it; what has no key of its own is below `sbatch`. */
  readonly resources: Resources;
  /** Lines that do not count, and why: sheaf gives those options itself. */
  readonly leftOut: readonly DroppedOption[];
}

/** @param script rendered, with its values in it */
export function parseScriptDirectives(script: string): ScriptDirectives {
  // As for sbatch, the last one counts.
  const options = new Map(
    partsOf(script)
      .directives.flatMap(optionsOf)
      .map((option) => [option.name, option]),
  );
  const { resources, further, leftOut } = takeOver(options);
  return {
    resources: { ...resources, ...(Object.keys(further).length === 0 ? {} : { sbatch: further }) } as Resources,
    leftOut,
  };
}
