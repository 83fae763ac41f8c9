import { NO_MEMORY, getRequestedMemory } from '../../../core/experiment/auto.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import type { CommandResult } from '../../../system/index.ts';
import type { Cache } from '../ask/cache.ts';
import { describeRefusal } from '../ask/refusal-words.ts';
import { saysNoMemory } from './shape.ts';

/** A site changes its rules rarely; a retry costs it three queries. */
const MAX_AGE_MS = 30 * 86_400_000;
const NAME = 'refuses-memory';

/** Slurm's own words about how much memory is asked for: less of it may be taken. */
const AMOUNT =
  /Memory specification can not be satisfied|Memory required by task is not available|(?:QOS|Assoc)\w*Mem\w*/g;

/** MiB, of any job: so little that only the option itself can be what is refused. */
const LITTLE_MIB = 100;

/** Whether the site refuses jobs that state memory, as was found when it did. */
export function refusesMemory(cache: Cache): boolean {
  return cache.read<boolean>(NAME, MAX_AGE_MS) === true;
}

/**
 * After a refusal whose words blame memory: finds out whether the site refuses every job that states any, and remembers
 * it. It does where a little is refused as well, and the same job without is taken.
 *
 * @param tryWith runs `sbatch --test-only` for the same job with this number of MiB; undefined: without a request
 * @returns the answer to the job without memory, where that is so
 */
export async function learnRefusedMemory(
  cache: Cache,
  refused: CommandResult,
  tryWith: (mib: number | undefined) => Promise<CommandResult>,
): Promise<CommandResult | undefined> {
  if (!blamesMemory(refused) || !blamesMemory(await tryWith(LITTLE_MIB))) return undefined;
  const without = await tryWith(undefined);
  if (without.exitCode !== 0) return undefined;
  cache.write(NAME, true);
  return without;
}

function blamesMemory(result: CommandResult): boolean {
  if (result.exitCode === 0 || result.exitCode === undefined) return false;
  return /--mem\b|\bmem(?:ory)?\b/i.test(describeRefusal(result).replaceAll(AMOUNT, ''));
}

const MEMORY_LINE = /^#SBATCH --mem(?:-per-\w+)?=.*\n/gm;

/** A script that states so much memory of a node; undefined: that states none. */
export function setScriptMemory(script: string, mib: number | undefined): string {
  const without = script.replaceAll(MEMORY_LINE, '');
  return mib === undefined ? without : without.replace('\n', `\n#SBATCH --mem=${mib}M\n`);
}

export function statesMemory(script: string): boolean {
  return script.search(MEMORY_LINE) !== -1;
}

/** Resources that say nothing of memory, and what there is to say of it where they did. */
export function removeMemory(resources: Resources): {
  readonly resources: Resources;
  readonly notes: readonly string[];
} {
  const { mem: _mem, sbatch = {}, ...rest } = resources;
  const kept = Object.fromEntries(Object.entries(sbatch).filter(([name]) => !/^mem(?:-per-\w+)?$/.test(name)));
  const note = 'the site refuses jobs that state memory: mem is left out (mem: none in the template says so, too)';
  return {
    resources: { ...rest, mem: NO_MEMORY, ...(Object.keys(kept).length === 0 ? {} : { sbatch: kept }) },
    notes: getRequestedMemory(resources) === undefined && saysNoMemory({ sbatch }) ? [] : [note],
  };
}
