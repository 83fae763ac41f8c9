import { parseSort, writeSort, type Sort } from '../../../state/sort-setting.ts';
import { readSelection, writeSelection, type Selection } from '../selection/selection.ts';

/** A column as it was chosen. */
export interface ChosenColumn {
  /** As in `--columns`. */
  readonly name: string;
  /** In pixels. Left out: the usual width of its kind. */
  readonly width?: number;
  /** It stays at the left while the others scroll. */
  readonly isPinned?: boolean;
}

/** What the address says about the list. */
export interface ListAddress {
  /** As typed: it may be no query. */
  readonly where: string;
  readonly sort: Sort | undefined;
  /** Undefined for the usual ones. */
  readonly columns: readonly ChosenColumn[] | undefined;
  /** The saved view that all this began with. */
  readonly view: string | undefined;
  readonly selection: Selection;
  /** What makes groups, see `groups/group-settings.ts`, as are the next three. Undefined: the list has no groups. */
  readonly group: string | undefined;
  /** What all is compared with. */
  readonly baseline: string | undefined;
  /** What is shown beside a mean. */
  readonly spread: string | undefined;
  /** The groups whose runs are listed. */
  readonly open: string | undefined;
  /** Keys of the address that mean nothing here. */
  readonly unknown: readonly string[];
}

const KEYS: ReadonlySet<string> = new Set(['q', 's', 'c', 'v', 'sel', 'g', 'r', 'e', 'o']);

export function readAddress(settings: URLSearchParams): ListAddress {
  const columns = settings.get('c');
  return {
    where: settings.get('q') ?? '',
    sort: parseSort(settings.get('s')),
    columns: columns === null ? undefined : columns.split(',').flatMap(readColumn),
    view: settings.get('v') ?? undefined,
    selection: readSelection(settings.get('sel')),
    group: settings.get('g') ?? undefined,
    baseline: settings.get('r') ?? undefined,
    spread: settings.get('e') ?? undefined,
    open: settings.get('o') ?? undefined,
    unknown: [...new Set(settings.keys())].filter((key) => !KEYS.has(key)),
  };
}

/** The settings of the address. The usual ones are left out. */
export function writeAddress(address: ListAddress): { readonly [key: string]: string | undefined } {
  return {
    q: address.where,
    s: writeSort(address.sort),
    c: address.columns?.map(writeColumn).join(','),
    v: address.view,
    sel: writeSelection(address.selection),
    g: address.group,
    r: address.baseline,
    e: address.spread,
    o: address.open,
  };
}

/** `name`, `name~120` with a width, `name!` if pinned. */
function writeColumn({ name, width, isPinned }: ChosenColumn): string {
  const escaped = name.replaceAll(/[%,~!]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `${escaped}${width === undefined ? '' : `~${width}`}${isPinned ? '!' : ''}`;
}

function readColumn(text: string): ChosenColumn[] {
  const { name, width, pin } = /^(?<name>[^~!]+)(?:~(?<width>\d{2,4}))?(?<pin>!?)$/.exec(text)?.groups ?? {};
  if (name === undefined) return [];
  return [
    {
      name: name.replaceAll(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      ...(width === undefined ? {} : { width: Number(width) }),
      ...(pin === '' ? {} : { isPinned: true }),
    },
  ];
}
