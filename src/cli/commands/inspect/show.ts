import type { Overview, StageScripts } from '../../../app/index.ts';
import { showJson, stageScriptsJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { nextAfterFailure } from '../../views/outdated-words.ts';
import { scriptsText } from '../../views/script-view.ts';
import { showText } from '../../views/show/show-text.ts';

export const command: Command = {
  name: 'show',
  summary: 'Show everything about an experiment',
  examples: [
    ['sheaf show resnet50_exp'],
    ['sheaf show resnet50_exp --origin', 'sources of all values'],
    ['sheaf show resnet50_exp --script', 'scripts that ran or would run'],
  ],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  moved: { sweep: 'sweep show NAME' },
  flags: [
    { name: 'origin', help: 'Show where each value came from' },
    { name: 'script', help: 'Show the scripts that ran, or would run; -v shows all of them' },
    { name: 'events', help: 'Show all recorded events, oldest first' },
  ],
  run: async (args, session) => {
    const [id = ''] = args.positionals;
    const manager = await session.open();
    if (args.has('script')) return scriptAnswer(id, await manager.scripts(id), session.globals.verbose);
    const shown = await manager.inspect(id, { events: args.has('events') });
    return {
      data: showJson(shown),
      text: (screen) => showText(shown, args.has('origin'), screen),
      next: suggestNext(shown),
    };
  },
};

function suggestNext({ experiment: { expId }, retry, hasNoRules }: Overview): string[] {
  // What is shown says itself why the run failed.
  if (retry !== undefined) return nextAfterFailure(retry).slice(1);
  return hasNoRules ? [`sheaf harvest ${expId} --discover`] : [];
}

function scriptAnswer(id: string, scripts: readonly StageScripts[], whole: boolean): Answer {
  return {
    data: scripts.map(stageScriptsJson),
    text: () =>
      scripts
        .map(({ stage, attempt, script, run }) => {
          const what = attempt === undefined ? `would run for stage ${stage}` : `ran as ${attempt}`;
          return `# ${id}: ${what}\n\n${scriptsText({ script, run, submitted: attempt !== undefined }, whole)}`;
        })
        .join('\n'),
    isForPasting: true,
  };
}
