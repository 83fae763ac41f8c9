import type { Resources } from '../../core/settings/settings.ts';
import { resourcesToAsk } from '../launch/processes.ts';
import { parseScriptDirectives } from './script-directives.ts';
import { renderRun } from './run-script.ts';
import { type RunInput } from './run-input.ts';

/**
 * What a stage asks the scheduler for: what its template says, what its launcher needs, and what an own script says in
 * its `#SBATCH` lines, which counts most.
 *
 * @throws SheafError as {@link renderRun}
 */
export function askedResources(run: RunInput): Resources {
  const { stage } = run;
  const resources = resourcesToAsk(stage);
  if (stage.run.script === undefined) return resources;
  const { requeue, ...own } = parseScriptDirectives(renderRun(run)).resources;
  // A line can only say that it may be put back, not when.
  const back = requeue === undefined || typeof resources.requeue === 'object' ? {} : { requeue };
  const sbatch = { ...resources.sbatch, ...own.sbatch };
  return { ...resources, ...own, ...back, ...(Object.keys(sbatch).length === 0 ? {} : { sbatch }) };
}
