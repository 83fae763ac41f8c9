import type { EnvironmentDifference } from '../../app/index.ts';

/** A part of the environment, such as a package or a driver, that is not the same for two runs. */
export type EnvironmentDifferenceJson = {
  readonly kind: EnvironmentDifference['kind'];
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
};

export function environmentDifferenceJson(difference: EnvironmentDifference): EnvironmentDifferenceJson {
  const { kind, name, before = null, after = null } = difference;
  return { kind, name, before, after };
}
