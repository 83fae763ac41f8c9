import { withoutUndefined } from '../value.ts';
import type { Branch } from './config.ts';
import { readHarvest } from './harvest-settings.ts';
import { checkSearchMetric } from './search-settings.ts';
import { readSome } from './setting.ts';
import { keysNamed } from './table.ts';
import type { Problem } from '../errors.ts';
import type { WrittenColumn } from '../settings/export-column.ts';
import type { Integrations } from '../settings/integrations.ts';
import type { SearchSettings } from '../settings/search-settings.ts';
import type { LiveSettings } from '../settings/settings.ts';

const LIVE = keysNamed(['auto_harvest', 'export', 'integrations', 'search']);

/** What commands read each time: harvest rules, the columns of export, the trackers, how sweeps go on. */
export function readLiveSettings(tree: Branch, problems: Problem[]): LiveSettings {
  const {
    auto_harvest: autoHarvest,
    export: exported,
    integrations,
    search,
  } = readSome(LIVE, tree, '', problems) as {
    readonly auto_harvest?: boolean;
    readonly export?: { readonly columns?: readonly WrittenColumn[] };
    readonly integrations?: Integrations;
    readonly search?: SearchSettings;
  };
  const harvest = readHarvest(tree, problems);
  if (search !== undefined) checkSearchMetric(tree, search, harvest, problems);
  return withoutUndefined({
    harvest,
    autoHarvest,
    ...(exported?.columns && { exportColumns: exported.columns }),
    integrations,
    search,
  });
}
