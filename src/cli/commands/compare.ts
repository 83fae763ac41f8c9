import { renderTable, type Cell, type Compared, type TableColumn } from '../../app/index.ts';
import type { Answer, Command } from '../command.ts';
import { SELECTION_FLAGS } from '../flags.ts';
import { chosen, IDS } from '../selection.ts';
import { tableText } from '../table.ts';
import type { Screen } from '../terminal.ts';
import { count } from '../words.ts';

export const command: Command = {
  name: 'compare',
  summary: 'Parameters that differ, and metrics, side by side',
  examples: [['sheaf compare r50_low r50_high'], ['sheaf compare r50_low r50_high vit_base --all-values']],
  positionals: [IDS],
  flags: [...SELECTION_FLAGS, { name: 'all-values', help: 'Also what is the same in all' }],
  run: async (args, session) => {
    const manager = await session.open();
    const ids = manager.select(chosen(args, 'compare')).rows.map(({ expId }) => expId);
    return compareAnswer(manager.compare(ids, { allValues: args.has('all-values') }));
  },
};

type Row = Compared['params'][number];

function compareAnswer(compared: Compared): Answer {
  const { expIds, params, paramCount, metrics, warnings } = compared;
  const byId = <T>(values: readonly T[]): { [id: string]: T } =>
    Object.fromEntries(expIds.map((id, i) => [id, values[i] as T]));
  return {
    data: {
      experiments: expIds,
      params: params.map(({ name, differs, values }) => ({
        name,
        differs,
        values: byId(values.map((value) => value ?? null)),
      })),
      metrics: metrics.map(({ name, differs, values, missing }) => ({
        name,
        differs,
        values: byId(values.map((value) => value ?? null)),
        missing: byId(missing.map((cause) => cause ?? null)),
      })),
      param_count: paramCount,
    },
    text: (screen) => (screen.tty ? `${summary(compared)}\n` : '') + sideBySide(compared, screen),
    warnings,
  };
}

function summary({ params, paramCount, metrics }: Compared): string {
  const differing = (rows: readonly Row[]): number => rows.filter(({ differs }) => differs).length;
  return `${differing(params)} of ${count(paramCount, 'parameter')} and ${differing(metrics)} of ${count(metrics.length, 'metric')} differ`;
}

interface NamedRow {
  readonly name: string;
  readonly texts: readonly Cell[];
}

/** Experiments as columns; as rows where the terminal is too narrow for that. */
function sideBySide({ expIds, params, metrics }: Compared, screen: Screen): string {
  const rows: readonly NamedRow[] = [
    ...params,
    ...metrics.map(({ name, texts, missing }) => ({
      name,
      texts: texts.map((text, i) => text ?? missingWords(missing[i])),
    })),
  ];
  const wide = renderTable(
    ['', ...expIds].map(verbatim),
    rows.map(({ name, texts }) => [name, ...texts]),
    screen,
  );
  if (wide.hidden.length === 0) return wide.text;
  const columns = ['exp_id', ...rows.map(({ name }) => name)].map(verbatim);
  return tableText(
    columns,
    expIds.map((id, i) => [id, ...rows.map(({ texts }) => texts[i])]),
    screen,
  );
}

function verbatim(name: string): TableColumn {
  return { name, verbatim: true };
}

function missingWords(cause: string | undefined): string {
  return cause === undefined ? '' : `(${cause})`;
}
