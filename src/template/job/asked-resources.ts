import type { Resources } from '../../core/settings/settings.ts';
import { parseOptions, splitScript } from '../render/directive-options.ts';
import { takeOver, type DroppedOption } from '../sbatch/sbatch-options.ts';
import { getResourcesToAsk } from '../launch/processes.ts';
import { renderRun } from './run-script.ts';
import { type RunInput } from './run-input.ts';

/**
 * What a stage asks the scheduler for: what its template says, what its launcher needs, and what an own script says in
 * its `#SBATCH` lines, which counts most.
 *
 * @throws SheafError as {@link renderRun}
 */
export function getAskedResources(run: RunInput): Resources {
  const { stage } = run;
  const resources = getResourcesToAsk(stage);
  if (stage.run.script === undefined) return resources;
  const { requeue, ...own } = parseScriptDirectives(renderRun(run)).resources;
  // A line can only say that it may be put back, not when.
  const back = requeue === undefined || typeof resources.requeue === 'object' ? {} : { requeue };
  const sbatch = { ...resources.sbatch, ...own.sbatch };
  return { ...resources, ...own, ...back, ...(Object.keys(sbatch).length === 0 ? {} : { sbatch }) };
}

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
    splitScript(script)
      .directives.flatMap(parseOptions)
      .map((option) => [option.name, option]),
  );
  const { resources, further, leftOut } = takeOver(options);
  return {
    resources: { ...resources, ...(Object.keys(further).length === 0 ? {} : { sbatch: further }) } as Resources,
    leftOut,
  };
}
