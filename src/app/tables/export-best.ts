import { inputError } from '../../core/errors.ts';
import type { FieldRef } from '../../core/fields/fields.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { metricOf } from './cells.ts';
import type { OpenSelection } from '../experiments/select.ts';

/** Which value of a metric, or of a column, is the best. */
export type Best = Readonly<Record<string, Mode>>;

/** Which value of a column is the best: as requested, otherwise as the harvest rule of its metric says. */
export interface BestReader {
  /** @param names what the column may be called */
  mode(field: FieldRef | undefined, names: readonly string[]): Mode | undefined;
  /** @throws SheafError `export.best` for a name that is none of the columns that were read */
  refuseUnused(columns: readonly string[]): void;
}

/** @param selection undefined when nothing is marked */
export function openBest(best: Best, selection: OpenSelection | undefined): BestReader {
  const used = new Set<string>();
  return {
    mode: (field, names) => {
      const name = names.find((each) => Object.hasOwn(best, each));
      if (name === undefined) return field?.source === 'results' ? ruleMode(selection, field.name) : undefined;
      used.add(name);
      return best[name];
    },
    refuseUnused: (columns) => {
      const stranger = Object.keys(best).find((name) => !used.has(name));
      if (stranger === undefined) return;
      throw inputError('export.best', `the table has no column ${stranger} of which a value could be the best`, {
        why: `its columns are ${columns.join(', ')}`,
        fix: 'name one of them, or mark no best value',
        now: 'nothing was written',
      });
    },
  };
}

/** As the first experiment that has the metric says. */
function ruleMode(selection: OpenSelection | undefined, metric: string): Mode | undefined {
  for (const experiment of selection?.rows() ?? []) {
    const found = metricOf(experiment, metric);
    if (found !== undefined) return found.mode;
  }
  return undefined;
}
