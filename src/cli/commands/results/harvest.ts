import {
  cleanText,
  type Discovered,
  type Discovery,
  type ExperimentManager,
  type HarvestReport,
  type Selector,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { discoverJson, harvestJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import { type Answer, exitCodeOf } from '../../shell/answer.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { harvestText } from '../../views/harvest-view.ts';
import { sourceText } from '../../views/metric-view.ts';
import { IDS, isChosen, selectorOf } from '../../flags/selection.ts';
import { count, wrap } from '../../shell/words.ts';
import type { Screen } from '../../shell/terminal.ts';

export const command: Command = {
  name: 'harvest',
  summary: 'Read results from logs and files of runs',
  examples: [
    ['sheaf harvest resnet50_exp'],
    ['sheaf harvest --sweep lrs'],
    ['sheaf harvest', 'everything that ended since the last harvest'],
    ['sheaf harvest resnet50_exp --live', 'partial results of running experiments'],
    ['sheaf harvest resnet50_exp --discover', 'propose rules for the template'],
  ],
  positionals: [IDS],
  flags: [
    { name: 'all', help: 'Read all experiments again, and run programs of rules again' },
    { name: 'live', help: 'Include running experiments with partial results' },
    { name: 'discover', help: 'Propose rules for the logs and files of one experiment; records nothing' },
    ...SELECTION_FLAGS,
  ],
  notes: [
    'The rules are under "harvest:" in the current template. The exit code is 0 if all metrics were found, 1 or 3 if metrics of all or some experiments were not.',
  ],
  run: async (args, session) => {
    const all = args.has('all');
    const selector = selectorOf(args);
    const manager = await session.open();
    const { signal, progress } = session;
    if (args.has('discover')) return discoverAnswer(await manager.discover(onlyOne(manager, selector), { signal }));
    return harvestAnswer(await manager.harvest({ ...selector, all }, { signal, progress, live: args.has('live') }));
  },
};

function harvestAnswer(report: HarvestReport): Answer {
  return {
    data: harvestJson(report),
    text: (screen) => harvestText(report.lines, screen),
    warnings: report.warnings,
    next: report.lines.some(({ kind }) => kind === 'harvested') ? ['sheaf export results.csv'] : [],
    exitCode: exitCodeOf(report.lines.filter(({ kind }) => kind === 'incomplete').length, report.lines.length),
  };
}

/** The experiment whose files are searched. */
function onlyOne(manager: ExperimentManager, selector: Selector): string {
  const [first, ...others] = isChosen(selector) ? manager.select(selector).rows : [];
  if (first !== undefined && others.length === 0) return first.expId;
  throw inputError('harvest.discover', '--discover needs exactly one experiment', {
    why: first === undefined ? 'none is given' : `${others.length + 1} match`,
    fix: `sheaf harvest ${first?.expId ?? 'ID'} --discover`,
  });
}

function discoverAnswer(discovery: Discovery): Answer {
  const { expId, template, rules } = discovery;
  return {
    data: discoverJson(discovery),
    text: (screen) => (rules.length === 0 ? '' : discoveredYaml(rules, screen)),
    isForPasting: true,
    remarks:
      rules.length === 0
        ? [`no metrics found in the files of ${expId}; see docs/reference/harvest.md for how to write rules`]
        : [
            `found in ${expId}; copy the lines that you want into templates/${template}.yaml, then run: sheaf harvest --all`,
          ],
  };
}

/**
 * The rules as a template has them, each below a comment with the value that it finds. A rule that is wider than the
 * terminal is written over several lines, so that all of it can be copied.
 */
function discoveredYaml(rules: readonly Discovered[], { width }: Screen): string {
  const lines = rules.flatMap(({ yaml, block, example, count: found }) => {
    const { value, nonfinite, source } = example;
    const what = found === 1 ? `${nonfinite ?? String(value)}, ${sourceText(source)}` : `${count(found, 'metric')}`;
    const comment = wrap(cleanText(what), width - COMMENT.length).map((line) => `${COMMENT}${line}`);
    return [...comment, ...(yaml.length + INDENT.length <= width ? [yaml] : block).map((line) => INDENT + line)];
  });
  return `harvest:\n${lines.map((line) => `${line}\n`).join('')}`;
}

const INDENT = '  ';
const COMMENT = `${INDENT}# `;
