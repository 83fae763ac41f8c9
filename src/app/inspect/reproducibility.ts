import { judgeReproducibility, type Comparability, type RunConditions } from '../../advisor/index.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getRunConditions } from '../advise/advise-conditions.ts';
import { makeGpuNames, type GpuNames } from '../cluster/cluster-facts.ts';
import { readEnvironmentRecord, type EnvironmentRecord } from '../code/environment-record.ts';
import { listPastRuns } from '../past-runs/past-runs.ts';
import type { Project } from '../project/project.ts';

/** How far the results of two experiments can be compared, by their newest runs. Undefined when one of them has not run. */
export async function compareReproducibility(
  project: Project,
  reference: Experiment,
  candidate: Experiment,
): Promise<Comparability | undefined> {
  const kindOf = await makeGpuNames(project);
  const [a, b] = [await conditionsOf(project, reference, kindOf), await conditionsOf(project, candidate, kindOf)];
  return a && b && judgeReproducibility(a, b);
}

async function conditionsOf(
  project: Project,
  experiment: Experiment,
  kindOf: GpuNames,
): Promise<RunConditions | undefined> {
  const [newest] = (await listPastRuns(project, [experiment], { limit: 1, usage: 'records' })).runs;
  if (newest === undefined) return undefined;
  const record = readEnvironmentRecord(project, experiment);
  return { ...getRunConditions(newest, kindOf), ...(record === undefined ? {} : { software: softwareOf(record) }) };
}

/** Packages whose kernels a training computes with. */
const PACKAGES =
  /^(torch|torchvision|torchaudio|triton|jax|jaxlib|flax|tensorflow|keras|numpy|lightning|pytorch-lightning|transformers|accelerate|deepspeed|flash[-_]attn|bitsandbytes|xformers|nvidia-.*)$/i;

/** Versions of what computes, by name. */
function softwareOf({ machine, packages }: EnvironmentRecord): ReadonlyMap<string, string> {
  // The line of a GPU has index, name, id, driver and memory.
  const driver = machine.get('gpu')?.split(',')[3]?.trim();
  const facts: readonly (readonly [name: string, version: string | undefined])[] = [
    ['python', machine.get('python version')],
    ['cuda', machine.get('cuda of the driver')],
    ['driver', driver],
    ['container', machine.get('container id')],
    ...[...packages].filter(([name]) => PACKAGES.test(name)),
  ];
  return new Map(facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined));
}
