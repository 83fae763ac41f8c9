import { withoutUndefined } from '../value.ts';
import type { Branch } from './config.ts';
import { readHarvest } from './harvest-settings.ts';
import { readSome } from './setting.ts';
import { keysNamed } from './table.ts';
import type { Problem } from '../errors.ts';
import type { WrittenColumn } from '../settings/export-column.ts';
import type { Integrations } from '../settings/integrations.ts';
import type { LiveSettings } from '../settings/settings.ts';

const LIVE = keysNamed(['auto_harvest', 'export', 'integrations']);

/** What commands read each time: harvest rules, the columns of export, the trackers. */
export function readLiveSettings(tree: Branch, problems: Problem[]): LiveSettings {
  const {
    auto_harvest: autoHarvest,
    export: exported,
    integrations,
  } = readSome(LIVE, tree, '', problems) as {
    readonly auto_harvest?: boolean;
    readonly export?: { readonly columns?: readonly WrittenColumn[] };
    readonly integrations?: Integrations;
  };
  return withoutUndefined({
    harvest: readHarvest(tree, problems),
    autoHarvest,
    ...(exported?.columns && { exportColumns: exported.columns }),
    integrations,
  });
}
