import { commandOf } from '../../../core/command/command-of.ts';
import type { Api } from '../../../server/index.ts';
import { parseSort } from '../../state/sort-setting.ts';

/** The formats that are text, with the ending of their file. */
export const TABLE_FORMATS = {
  csv: { name: 'CSV', ending: '.csv' },
  markdown: { name: 'Markdown', ending: '.md' },
  latex: { name: 'LaTeX', ending: '.tex' },
  json: { name: 'JSON', ending: '.json' },
} as const;

export type TableFormat = keyof typeof TABLE_FORMATS;

/** What the server is asked. */
export type TableRequest = Api['exportText']['request'] & { readonly format: TableFormat };

/** What the address says about a table. */
export interface TableSettings {
  readonly request: TableRequest;
  /** As typed; they may be wrong. */
  readonly texts: { readonly [name in 'q' | 'c' | 'g' | 'stats' | 'best' | 'caption' | 'label']: string };
}

/** Of the address of a table or of a figure. */
const KEYS: ReadonlySet<string> = new Set(
  ['q s c g f stats best caption label', 'm kind x band smooth logx logy symlogx symlogy w h title ff'].flatMap(
    (keys) => keys.split(' '),
  ),
);

/** Keys of the address that mean nothing here. */
export function listUnknown(settings: URLSearchParams): string[] {
  return [...new Set(settings.keys())].filter((key) => !KEYS.has(key));
}

/** Reads the settings of the address. */
export function readTableSettings(settings: URLSearchParams): TableSettings {
  const text = (name: string): string => settings.get(name) ?? '';
  const texts = {
    q: text('q'),
    c: text('c'),
    g: text('g'),
    stats: text('stats'),
    best: text('best'),
    caption: text('caption'),
    label: text('label'),
  };
  const sort = parseSort(settings.get('s'));
  const [groupBy, stats, best] = [splitNames(texts.g), splitNames(texts.stats), readBest(texts.best)];
  const format = readFormat(settings.get('f'));
  return {
    texts,
    request: {
      format,
      ...(texts.q === '' ? {} : { where: texts.q }),
      ...(sort === undefined ? {} : { sort }),
      ...(texts.c === '' ? {} : { columns: [texts.c] }),
      ...(groupBy.length === 0 ? {} : { groupBy }),
      ...(groupBy.length === 0 || stats.length === 0 ? {} : { stats }),
      ...(Object.keys(best).length === 0 ? {} : { best }),
      ...(format !== 'latex' || texts.caption === '' ? {} : { caption: texts.caption }),
      ...(format !== 'latex' || texts.label === '' ? {} : { label: texts.label }),
    },
  };
}

/** A report of the same experiments, which has no columns, order or groups of its own. */
export function makeReportRequest({ where }: TableRequest): Api['exportFile']['request'] {
  return { format: 'html', ...(where !== undefined && { where }) };
}

/** The line that writes the same table. */
export function writeTableCommand({ format, best, where, ...request }: TableRequest): string {
  return commandOf({
    command: 'export',
    file: `table${TABLE_FORMATS[format].ending}`,
    ...(where === undefined ? {} : { where }),
    ...(best === undefined ? {} : { best: Object.entries(best).map(([name, mode]) => `${name}:${mode}`) }),
    ...request,
  });
}

/** `learning_rate, model` as names. */
export function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `accuracy:max, loss:min`; what says neither is left out. */
function readBest(text: string): Record<string, 'max' | 'min'> {
  return Object.fromEntries(
    splitNames(text).flatMap((each) => {
      const [, name, mode] = /^(.+):(max|min)$/s.exec(each) ?? [];
      return name !== undefined && (mode === 'max' || mode === 'min') ? [[name, mode] as const] : [];
    }),
  );
}

function readFormat(text: string | null): TableFormat {
  return text !== null && Object.hasOwn(TABLE_FORMATS, text) ? (text as TableFormat) : 'csv';
}
