import type { Environment } from '../../core/value.ts';
import type { FoldElsewhere } from '../../store/index.ts';
import { startWorkerProcess } from '../../system/index.ts';
import { getInternalCommand } from './supervisor.ts';

/** Half a second of folding, in bytes of the journal. */
const MOST_HERE = 8 * 2 ** 20;

/** Lets a process of its own fold what is long, see {@link foldForParent}. @param onFold told how many events it has folded */
export function foldElsewhere(
  root: string,
  { env, onFold }: { readonly env: Environment; readonly onFold?: (events: number) => void },
): FoldElsewhere {
  return {
    fromBytes: MOST_HERE,
    fold: () =>
      new Promise((resolve) => {
        const argv = [...getInternalCommand('__fold'), root] as const;
        // However it ended: what is left is folded here, with the words of what is wrong.
        startWorkerProcess(
          argv,
          env,
          (events) => onFold?.(events as number),
          () => resolve(),
        );
      }),
  };
}
