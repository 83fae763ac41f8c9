import { cpusPerProcess, gpusOf, type LaunchStage } from './processes.ts';
import { quoteArgument } from '../shell/quote.ts';
import { checkContainer } from './container.ts';
import { ncclLines } from './nccl.ts';
import { condaLines, moduleLines, uvLines, venvLines } from './python.ts';
import { exportLines, threadLines } from './variables.ts';

/**
 * The lines that set up what a program runs in; its container is entered when it is launched.
 *
 * @param stage its texts rendered
 * @param setup shell text, rendered
 * @throws SheafError `environment.*`, `container.*`
 */
export function environmentLines(stage: LaunchStage, setup: string): string {
  const { resources, run } = stage;
  const { modules, conda, venv, uv, container, exports = {}, nccl, threads } = run.environment ?? {};
  if (container) checkContainer(container);
  const perProcess = threads ?? cpusPerProcess(stage);
  return [
    ...(modules ? moduleLines(modules) : []),
    ...(conda ? condaLines(conda) : []),
    ...(venv === undefined ? [] : venvLines(venv)),
    ...(uv === undefined ? [] : uvLines(uv)),
    ...('PYTHONUNBUFFERED' in exports ? [] : ['export PYTHONUNBUFFERED=1 # lines of the log appear at once']),
    ...(perProcess === false ? [] : threadLines(perProcess, exports)),
    ...(nccl === false || gpusOf(stage) < 2 ? [] : ncclLines(nccl, resources.gpu_type, Object.keys(exports))),
    ...exportLines(exports),
    // The record of what it runs with names it.
    ...(container ? [`export SHEAF_CONTAINER=${quoteArgument(container.image)}`] : []),
    ...(setup.trim() === '' ? [] : [setup.trimEnd()]),
  ].join('\n');
}
