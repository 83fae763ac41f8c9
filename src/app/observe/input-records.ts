import { join } from 'node:path';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import type { Fingerprints } from '../../core/experiment/fingerprint.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { parseInputRecord } from '../../core/experiment/input-record.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { readTextIfThere } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import type { OpenAttempt } from './tasks.ts';

/**
 * What the jobs of attempts that just ended found when they walked their inputs, for recording together with their ends.
 * Only attempts whose templates leave that to the job have a file.
 *
 * @param facts what was just learned
 */
export function readInputRecords(
  project: Project,
  open: readonly OpenAttempt[],
  facts: readonly EventBody[],
): EventBody[] {
  const byKey = new Map(open.map(({ experiment }) => [experiment.key, experiment]));
  const events = new Map<string, { readonly inputs: Fingerprints; readonly attempts: AttemptRef[] }>();
  for (const ref of listEnded(facts)) {
    const experiment = byKey.get(ref.key);
    const inputs = experiment && isLeftToJob(experiment, ref.stage) ? readInputs(project, experiment, ref) : undefined;
    if (inputs === undefined) continue;
    const name = JSON.stringify(inputs);
    const event = events.get(name) ?? { inputs, attempts: [] };
    event.attempts.push(ref);
    events.set(name, event);
  }
  return [...events.values()].map((event) => ({ type: 'fingerprinted', ...event }));
}

function listEnded(facts: readonly EventBody[]): AttemptRef[] {
  return facts.flatMap((event) =>
    event.type === 'state' && (event.fact.kind === 'ended' || event.fact.kind === 'accounted') ? event.attempts : [],
  );
}

function isLeftToJob({ settings }: Experiment, name: string): boolean {
  const { inputs = {} } = stagesOf(settings).find((stage) => stage.name === name)?.run ?? {};
  return Object.values(inputs).some(({ walk }) => walk === 'job');
}

function readInputs(project: Project, { expId }: Experiment, ref: AttemptRef): Fingerprints | undefined {
  const folder = join(experimentFolder(project, expId), 'attempts', attemptName(ref));
  return parseInputRecord(readTextIfThere(join(folder, 'inputs.json')));
}
