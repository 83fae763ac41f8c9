import { SheafError } from '../../core/errors.ts';
import type { WrittenColumn } from '../../core/settings/export-column.ts';
import { ABSENT, exportColumns } from '../../report/index.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, openSelection, type ListSelector } from '../experiments/select.ts';

/** Columns that templates or `sheaf.yaml` name. */
export interface PresetColumns {
  /** Absent when none names any. */
  readonly columns?: readonly WrittenColumn[];
  readonly warnings: readonly string[];
}

/** Columns with the place that they are written in, in words. */
interface Written {
  readonly where: string;
  readonly columns: readonly WrittenColumn[];
}

/**
 * The columns that the templates of these experiments name, each once: those of the first template by name, then what
 * others add. A template that names none has those of `sheaf.yaml`. A column that no experiment has yet, and one of
 * a name that another column has, is left out with a warning.
 *
 * @throws SheafError as `openSelection`
 */
export async function getPresetColumns(project: Project, selector: ListSelector): Promise<PresetColumns> {
  const known = getKnownNames(project.store);
  const columns: WrittenColumn[] = [];
  const warnings: string[] = [];
  const written = await writtenColumns(project, selector);
  for (const { where, column } of written.flatMap((one) => one.columns.map((column) => ({ ...one, column })))) {
    try {
      exportColumns([...columns, column], known);
      columns.push(column);
    } catch (error) {
      if (!(error instanceof SheafError) || !LEFT_OUT.has(error.code)) throw error;
      warnings.push(`export.columns ${where}: ${error.message}; the column is left out`);
    }
  }
  return { ...(written.length > 0 && { columns }), warnings };
}

const LEFT_OUT: ReadonlySet<string> = new Set([...ABSENT, 'columns.twice']);

async function writtenColumns(project: Project, selector: ListSelector): Promise<Written[]> {
  const config = await project.config();
  const { readLive } = await import('../../template/index.ts');
  const { exportColumns: ofProject } = config;
  const shared: Written[] = ofProject ? [{ where: 'in sheaf.yaml', columns: ofProject }] : [];
  const templates = openSelection(project, selector).templates().toSorted();
  const ofTemplates = templates.flatMap((template): Written[] => {
    try {
      const { exportColumns: columns } = readLive(config, template);
      if (columns === undefined || JSON.stringify(columns) === JSON.stringify(ofProject)) return shared;
      return [{ where: `of template ${template}`, columns }];
    } catch (error) {
      // Experiments outlive their template, and harvest says what is wrong with one that cannot be read.
      if (error instanceof SheafError) return shared;
      throw error;
    }
  });
  return templates.length === 0 ? shared : [...new Map(ofTemplates.map((one) => [one.where, one])).values()];
}
