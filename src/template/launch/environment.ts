import { cpusPerProcess, countGpus, type LaunchStage } from './processes.ts';
import { quoteArgument } from '../shell/quote.ts';
import { checkContainer } from './container.ts';
import { renderRequirementLines } from './requirements.ts';
import { renderNcclLines } from './nccl.ts';
import { makeVenvLine, renderCondaLines, renderModuleLines, renderUvLines, renderVenvLines } from './python.ts';
import { exportLines, renderThreadLines } from './variables.ts';

/**
 * The lines that set up what a program runs in; its container is entered when it is launched.
 *
 * @param stage its texts rendered
 * @param setup shell text, rendered
 * @throws SheafError `environment.*`, `container.*`
 */
export function renderEnvironmentLines(stage: LaunchStage, setup: string): string {
  const { resources, run } = stage;
  const { modules, conda, venv, uv, container, exports = {}, nccl, threads, requires } = run.environment ?? {};
  if (container) checkContainer(container);
  const perProcess = threads ?? cpusPerProcess(stage);
  return [
    ...(modules ? renderModuleLines(modules) : []),
    ...(conda ? renderCondaLines(conda) : []),
    ...(venv === undefined ? [] : renderVenvLines(venv, makeVenvLine(venv, requires))),
    ...(uv === undefined ? [] : renderUvLines(uv)),
    ...('PYTHONUNBUFFERED' in exports ? [] : ['export PYTHONUNBUFFERED=1 # lines of the log appear at once']),
    ...(perProcess === false ? [] : renderThreadLines(perProcess, exports)),
    ...(nccl === false || countGpus(stage) < 2 ? [] : renderNcclLines(nccl, resources.gpu_type, Object.keys(exports))),
    ...exportLines(exports),
    // The record of what it runs with names it.
    ...(container ? [`export SHEAF_CONTAINER=${quoteArgument(container.image)}`] : []),
    ...(setup.trim() === '' ? [] : [setup.trimEnd()]),
    ...(container ? [] : renderRequirementLines(stage)),
  ].join('\n');
}
