import { nowMs, type CommandResult } from '../../../system/index.ts';
import type { Trial, TrialRequest } from '../../scheduler.ts';
import { selectRecent, type Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { describeRefusal } from '../ask/refusal-words.ts';
import { classifyRefusal } from './refusals.ts';
import { learnRefusedMemory, refusesMemory } from '../cluster/refused-memory.ts';
import { parseTimeMs } from '../parse/times.ts';

/** Behind a job that can never start Slurm names a time a century ahead (seen with 24.11). */
const TOO_FAR_MS = 366 * 24 * 3_600_000;
/** A plan is soon out of date, and each one costs the controller. */
const AGE_MS = 90_000;

interface Kept {
  readonly argv: string;
  readonly atMs: number;
  readonly trial: Trial;
}

/**
 * Asks when such a job would start, and submits nothing. The answer is a plan from the time limits of the jobs that are
 * known now. A limit above the partition's is let pass.
 */
export async function predictStart(commands: SlurmCommands, cache: Cache, request: TrialRequest): Promise<Trial> {
  const argv = testOnlyArguments(request);
  const name = argv.join(' ');
  const recent = selectRecent<Kept>(cache, 'trials', AGE_MS);
  const kept = recent.find((each) => each.argv === name);
  if (kept !== undefined) return kept.trial;
  const trial = parseTestOnly(await testOnly(commands, cache, request));
  if (trial.kind !== 'failed') cache.write('trials', [...recent, { argv: name, atMs: nowMs(), trial }]);
  return trial;
}

/** What `sbatch --test-only` answers; without memory if the site refuses that. */
export async function testOnly(commands: SlurmCommands, cache: Cache, request: TrialRequest): Promise<CommandResult> {
  const { memoryMib, ...rest } = request;
  const asked = refusesMemory(cache) ? rest : request;
  const result = await commands.tell(testOnlyArguments(asked));
  if (memoryMib === undefined || asked !== request) return result;
  const learnt = await learnRefusedMemory(cache, result, (mib) =>
    commands.tell(testOnlyArguments(mib === undefined ? rest : { ...rest, memoryMib: mib })),
  );
  return learnt ?? result;
}

export function testOnlyArguments({
  partition,
  account,
  qos,
  reservation,
  nodes,
  gpusPerNode,
  gpuType,
  cpusPerNode,
  memoryMib,
  timeLimitS,
  features,
}: TrialRequest): readonly [string, ...string[]] {
  const gres = gpuType === undefined || gpuType === '' ? `gpu:${gpusPerNode}` : `gpu:${gpuType}:${gpusPerNode}`;
  return [
    'sbatch',
    '--test-only',
    `--partition=${partition}`,
    `--nodes=${nodes}`,
    '--ntasks-per-node=1',
    `--cpus-per-task=${cpusPerNode}`,
    ...(gpusPerNode === 0 ? [] : [`--gres=${gres}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(reservation === undefined ? [] : [`--reservation=${reservation}`]),
    ...(memoryMib === undefined ? [] : [`--mem=${memoryMib}M`]),
    ...(timeLimitS === undefined ? [] : [`--time=${Math.max(1, Math.ceil(timeLimitS / 60))}`]),
    ...(features.length === 0 ? [] : [`--constraint=${features.join('&')}`]),
    '--wrap=:',
  ];
}

/**
 * `sbatch: Job 12 to start at 1795628578 using 1 processors on nodes n1 in partition p`; older ones end with `on n1`,
 * and since 25.05 it is `a using`. Before it may stand words of the site.
 */
export function parseTestOnly(result: CommandResult): Trial {
  const [, time = ''] =
    /\bJob \d+ to start at (\S+) (?:on cluster \S+ )?(?:a )?using /.exec(`${result.stderr}\n${result.stdout}`) ?? [];
  const startMs = parseTimeMs(time);
  if (startMs !== undefined && startMs - nowMs() < TOO_FAR_MS) return { kind: 'starts', startMs };
  if (startMs !== undefined) return { kind: 'failed', said: 'it names no time within a year' };
  const said = describeRefusal(result);
  const judged = classifyRefusal(result);
  // That there is no room for any job now, or that nobody answers, says nothing of this one.
  const isAnswer = judged.kind === 'refused' && judged.unreachable !== true && result.notStarted === undefined;
  return { kind: isAnswer ? 'refused' : 'failed', said };
}
