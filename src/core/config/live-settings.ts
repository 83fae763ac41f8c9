import { treeAt, type Branch } from './config.ts';
import { readExportColumns } from './export-settings.ts';
import { readHarvest } from './harvest-settings.ts';
import { readIntegrations } from './integration-settings.ts';
import type { Problem } from '../errors.ts';
import type { LiveSettings } from '../settings/settings.ts';

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
