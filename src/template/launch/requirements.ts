import { checksum } from '../../system/index.ts';
import { quoteArgument } from '../shell/quote.ts';
import { getContainer } from './container.ts';
import type { LaunchStage } from './processes.ts';
import { REQUIREMENTS_CHECK } from './requirements-check.ts';
import { renderStop } from './stop.ts';

/** Where jobs find the program that checks packages, relative to the project: another text, another file. */
export function getRequirementsPath(): string {
  return `.sheaf/lib/requirements-${checksum(REQUIREMENTS_CHECK)}.py`;
}

/** What the program is called with for a stage: what it requires, and whether it has GPUs. */
export function getRequirementWords({ resources, run }: LaunchStage): readonly string[] {
  const { requires = [] } = run.environment ?? {};
  return requires.length === 0 ? [] : [...((resources.num_gpus ?? 0) > 0 ? ['--gpu'] : []), ...requires];
}

/**
 * Lines that end a job if a package is missing. Outside of a container they follow the environment; inside, what finds the
 * container. A script that is run by hand before the first submission has no program for it and goes on.
 */
export function renderRequirementLines(stage: LaunchStage): string[] {
  const words = getRequirementWords(stage);
  if (words.length === 0) return [];
  const container = getContainer(stage);
  const inside = [
    ...(container?.runtime === 'pyxis' ? ['srun --nodes=1 --ntasks=1', ...container.srun] : []),
    container?.exec ?? '',
  ].filter((text) => text !== '');
  const missing = renderStop('there is no python3 to check environment.requires with: name one under environment');
  return [
    `sheaf_file="$SHEAF_PROJECT"/${getRequirementsPath()}`,
    ...(container ? [] : [`command -v python3 >/dev/null ||\n  ${missing}`]),
    `[ ! -r "$sheaf_file" ] ||\n  ${[...inside, 'python3'].join(' ')} "$sheaf_file" ${words.map(quoteArgument).join(' ')} ||\n  exit 78`,
  ];
}
