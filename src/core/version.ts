import { attemptOutcome, isDeferred, type Attempt, type Register } from './attempt.ts';
import type { CodeRecord } from './code.ts';
import type { Frozen, Origins } from './experiment.ts';
import type { Settings } from './settings.ts';

/** What `retry --fresh` rereads from the template. Parameters are not among it: they never change. */
export interface Reread {
  readonly settings: Settings;
  /** Where the settings came from. */
  readonly origins: Origins;
}

/** What an experiment runs since one of its attempts: the settings, with the code of that moment. */
export interface Version extends Reread {
  readonly code?: CodeRecord;
}

/**
 * The version that counts now: that of the last fresh attempt that the scheduler did not refuse. Undefined while an
 * experiment runs what it was made with.
 */
export function versionInForce({
  attempts,
}: {
  readonly attempts: Readonly<Record<string, Attempt>>;
}): Version | undefined {
  let last: Register<Version> | undefined;
  for (const attempt of Object.values(attempts)) {
    const version = versionOf(attempt);
    if (version === undefined || attemptOutcome(attempt).status === 'void') continue;
    if (last === undefined || version.stamp > last.stamp) last = version;
  }
  return last?.value;
}

function versionOf(attempt: Attempt): Register<Version> | undefined {
  const { deferred } = attempt.facts;
  if (deferred?.value.reread === undefined || !isDeferred(attempt)) return attempt.version;
  const { reread, code } = deferred.value;
  return { stamp: deferred.stamp, value: { ...reread, ...(code && { code }) } };
}

/** A configuration with the settings of a version in place of its own. */
export function withVersion(config: Frozen, { settings, origins }: Reread): Frozen {
  const { length } = config.origins.sources;
  const kept = Object.entries(config.origins.at).filter(([path]) => isOfParams(path));
  const moved = Object.entries(origins.at).map(([path, [source, ...place]]) => [path, [source + length, ...place]]);
  return {
    ...config,
    settings,
    origins: {
      sources: [...config.origins.sources, ...origins.sources],
      at: Object.fromEntries([...kept, ...moved]) as Origins['at'],
    },
  };
}

function isOfParams(path: string): boolean {
  return path === '/params' || path.startsWith('/params/');
}
