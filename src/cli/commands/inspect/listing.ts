import type { ExperimentManager, ListRequest } from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { withoutUndefined } from '../../../core/value.ts';
import type { Args } from '../../flags/args.ts';
import { SELECTION_FLAGS, type Flag } from '../../flags/flags.ts';
import { selectorOf } from '../../flags/selection.ts';

/** Flags that `list` and `export` share. */
export const LISTING_FLAGS: readonly Flag[] = [
  { name: 'status', value: 'S', many: 'words', help: 'Experiments with one of these statuses', offers: 'status' },
  { name: 'tags', value: 'TAG', many: 'words', help: 'Experiments with all of these tags', offers: 'tag' },
  { name: 'templates', value: 'T', many: 'words', help: 'Experiments from one of these templates', offers: 'template' },
  ...SELECTION_FLAGS,
  {
    name: 'columns',
    value: 'NAME',
    many: 'words',
    help: 'Columns: names, patterns such as params.* or *_loss, or all',
    offers: 'field',
  },
  { name: 'sort', value: 'NAME', help: 'Sort by this column (default: newest first)', offers: 'field' },
  { name: 'desc', help: 'Sort in descending order' },
  { name: 'archived', help: 'Include archived experiments' },
];

/** The flag of commands that show or write a table. */
export const VIEW_FLAG: Flag = {
  name: 'view',
  value: 'NAME',
  help: 'Query, columns and order of the saved view views/NAME.yaml; other flags replace its parts',
  offers: 'view',
};

/** The flag of `list` for {@link saveListing}. */
export const SAVE_VIEW_FLAG: Flag = {
  name: 'save-view',
  value: 'NAME',
  help: 'Also keep the query, columns and order as views/NAME.yaml, in place of what is there',
  offers: 'view',
};

/** The part of a request that {@link LISTING_FLAGS} give. */
export function listingOf(args: Args, ids: readonly string[] = []): ListRequest {
  const field = args.text('sort');
  return {
    ...selectorOf(args, ids),
    ...(args.has('status') ? { status: words(args.texts('status')) } : {}),
    ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
    ...(args.has('templates') ? { templates: words(args.texts('templates')) } : {}),
    ...(args.has('columns') ? { columns: args.texts('columns') } : {}),
    ...(field === undefined ? {} : { sort: { field, descending: args.has('desc') } }),
    ...(args.has('archived') ? { archived: true } : {}),
  };
}

/** {@link listingOf}, with the parts of the saved view that the command line does not give. */
export async function readListing(args: Args, manager: ExperimentManager): Promise<ListRequest> {
  const listing = listingOf(args);
  const name = args.text('view');
  if (name === undefined) return listing;
  const { where, columns, sort, archived } = await manager.view(name);
  const descending = args.has('desc') || sort?.descending === true;
  return withoutUndefined({ where, columns, archived, sort: sort && { ...sort, descending }, ...listing });
}

/** Flags of {@link LISTING_FLAGS} that a view does not have: a query says the same. */
const NOT_IN_VIEWS = ['status', 'tags', 'templates', 'sweep'];

/** Keeps a listing as a view. @returns a remark about the view that was saved @throws SheafError `cli.view.flags` */
export async function saveListing(args: Args, listing: ListRequest, manager: ExperimentManager): Promise<string> {
  const other = NOT_IN_VIEWS.find((flag) => args.has(flag));
  if (other !== undefined) {
    throw inputError('cli.view.flags', `a view cannot keep --${other}`, {
      why: 'it keeps --where, --columns, --sort, --desc and --archived',
      fix: 'ask for the same in --where: sweep = lrs, status in (failed, running), tags has best',
      now: 'no view was saved',
    });
  }
  const { where, sort, archived } = listing;
  const columns = listing.columns && words(listing.columns);
  const view = withoutUndefined({ name: args.text('save-view') ?? '', where, columns, sort, archived });
  const { path, replaced } = await manager.saveView(view);
  return `${replaced ? 'Replaced' : 'Saved'} ${path}`;
}

/** `failed,running` is two words. */
function words(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
