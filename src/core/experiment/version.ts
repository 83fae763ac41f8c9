import { type Attempt } from './attempt.ts';
import type { Register, Reread, Version } from './facts.ts';
import { getAttemptOutcome, isDeferred } from './outcome.ts';
import type { Frozen, Origins } from './frozen.ts';

/**
 * The version that counts now: that of the last fresh attempt that the scheduler did not refuse. Undefined while an
 * experiment runs what it was made with.
 */
export function getVersionInForce(record: Attempts): Version | undefined {
  return lastVersion(record)?.value;
}

interface Attempts {
  readonly attempts: Readonly<Record<string, Attempt>>;
}

function lastVersion({ attempts }: Attempts): Register<Version> | undefined {
  let last: Register<Version> | undefined;
  for (const attempt of Object.values(attempts)) {
    const version = versionOf(attempt);
    if (version === undefined || getAttemptOutcome(attempt).status === 'void') continue;
    if (last === undefined || version.stamp > last.stamp) last = version;
  }
  return last;
}

function versionOf(attempt: Attempt): Register<Version> | undefined {
  const { deferred } = attempt.facts;
  if (deferred?.value.reread === undefined || !isDeferred(attempt)) return attempt.version;
  const { reread, code } = deferred.value;
  return { stamp: deferred.stamp, value: { ...reread, ...(code && { code }) } };
}

/**
 * Whether the next attempt of a stage is its first one with the current version: it takes nothing from those before it,
 * which ran another one.
 */
export function startsVersion({ attempts }: Attempts, stage: string): boolean {
  const version = lastVersion({ attempts });
  if (version === undefined) return false;
  const own = Object.values(attempts).filter(
    (attempt) => attempt.stage === stage && getAttemptOutcome(attempt).status !== 'void',
  );
  return own.length > 0 && !own.some((attempt) => askedForAt(attempts, attempt) >= version.stamp);
}

/** When the submission of an attempt was recorded: one that a requeue made by itself belongs to that of its job. */
function askedForAt(attempts: Attempts['attempts'], { token, version, facts }: Attempt): string {
  if (token === undefined) return version?.stamp ?? facts.deferred?.stamp ?? '';
  const same = Object.values(attempts).flatMap((other) =>
    other.token?.value === token.value ? other.token.stamp : [],
  );
  return same.reduce((first, stamp) => (stamp < first ? stamp : first), token.stamp);
}

/**
 * The first attempt of the series that an attempt belongs to: 1, or that of the last fresh attempt up to it. What ran
 * before has another version of code or template.
 */
export function getSeriesStart({ attempts }: Attempts, stage: string, n: number): number {
  const fresh = Object.values(attempts).filter((attempt) => attempt.stage === stage && attempt.fresh && attempt.n <= n);
  return Math.max(1, ...fresh.map((attempt) => attempt.n));
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

/** The origins of all but the parameters. */
export function getSettingsOrigins({ sources, at }: Origins): Origins {
  return { sources, at: Object.fromEntries(Object.entries(at).filter(([path]) => !isOfParams(path))) };
}

function isOfParams(path: string): boolean {
  return path === '/params' || path.startsWith('/params/');
}
