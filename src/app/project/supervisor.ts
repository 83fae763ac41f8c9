import { dirname, join } from 'node:path';
import { isSingleFile } from '../../system/index.ts';

/** The program that supervises the local scheduler, as argv before the spool's path. */
export function getSupervisorCommand(): readonly [string, ...string[]] {
  return getInternalCommand('__supervise');
}

/**
 * The argv of a command of sheaf's own that no user types: the command line's entry, wherever this code runs from: the built
 * command, the library's build, or the sources.
 */
export function getInternalCommand(
  name: '__supervise' | '__answer' | '__fold' | '__wait',
): readonly [string, ...string[]] {
  if (isSingleFile()) return [process.execPath, name];
  return [process.execPath, entry(import.meta.filename), name];
}

function entry(here: string): string {
  if (here.endsWith('.ts')) return join(dirname(here), '..', '..', 'cli', 'main.ts');
  return here.endsWith('.cjs') ? join(dirname(here), '..', 'cli.cjs') : join(dirname(here), '..', '..', 'cli.cjs');
}

/** Runs the supervisor of a spool until there is nothing left to supervise. */
export async function supervise(spool: string): Promise<void> {
  const { superviseSpool } = await import('../../scheduler/index.ts');
  await superviseSpool(spool);
}
