import { failure, Unreachable } from '../../../core/errors.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { UNREACHABLE } from '../cluster/config.ts';
import { classifyChange } from './refusals.ts';
import { formatCommand } from './submit.ts';

/**
 * Runs all commands that change jobs, even if one is refused.
 *
 * @param told after each of them: something may have changed
 * @throws SheafError `slurm.refused` with what was refused, `slurm.unreachable` as soon as nobody answers
 */
export async function changeAll(
  commands: SlurmCommands,
  calls: readonly (readonly [string, ...string[]])[],
  told: () => void,
): Promise<void> {
  let refused: { readonly said: string; readonly ran: string; readonly some: boolean } | undefined;
  for (const argv of calls) {
    const result = await commands.tell(argv);
    told();
    const judged = classifyChange(result);
    if (judged.kind === 'unreachable') {
      const now = 'it is not known whether it was done';
      throw new Unreachable({ code: UNREACHABLE, said: judged.said, ran: formatCommand(argv), now });
    }
    if (judged.kind === 'refused')
      refused ??= { ...judged, ran: formatCommand(argv), some: judged.some || calls.length > 1 };
  }
  if (refused === undefined) return;
  throw failure('slurm.refused', refused.some ? 'Slurm did not do it for all of them' : 'Slurm did not do it', {
    said: refused.said,
    ran: refused.ran,
    fix: /Requested operation is presently disabled/.test(refused.said)
      ? 'it needs requeue: true in its template; else: sheaf cancel ID, then sheaf retry ID'
      : 'sheaf status shows the current state',
  });
}
