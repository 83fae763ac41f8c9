import { treeAt, type Branch } from './config.ts';
import { readExportColumns } from './config-export.ts';
import { readHarvest } from './config-harvest.ts';
import { readIntegrations } from './config-integrations.ts';
import type { Problem } from './errors.ts';
import type { LiveSettings } from './settings.ts';

/** What commands read anew: harvest rules, the columns of export, the trackers. */
export function readLiveSettings(tree: Branch, problems: Problem[]): LiveSettings {
  const columns = readExportColumns(tree, problems);
  const integrations = readIntegrations(treeAt(tree, ['integrations']), problems);
  return {
    harvest: readHarvest(tree, problems),
    ...(columns && { exportColumns: columns }),
    ...(integrations && { integrations }),
  };
}
