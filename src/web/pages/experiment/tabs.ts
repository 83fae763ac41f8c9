import type { ComponentType } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { loadLater } from '../../components/load-later.tsx';
import { AttemptsTab } from './attempts/attempts-tab.tsx';
import { CheckpointsTab } from './checkpoints/checkpoints-tab.tsx';
import { CodeTab } from './code/code-tab.tsx';
import { ConfigTab } from './config/config-tab.tsx';
import { EventsTab } from './events/events-tab.tsx';
import { FilesTab } from './files/files-tab.tsx';
import { logsCommand } from './logs/log-place.ts';
import { LogsTab } from './logs/logs-tab.tsx';
import { OverviewTab } from './overview/overview-tab.tsx';
import { ScriptsTab } from './scripts/scripts-tab.tsx';
import type { TabProps } from './shared/tab-props.ts';
import { UsageTab } from './usage/usage-tab.tsx';

/** With the library that draws. */
const ChartsTab = loadLater(async () => (await import('./charts/charts-tab.tsx')).ChartsTab, 'charts');

/** A tab of the page of an experiment. */
export interface ExperimentTab {
  /** As in the address: `#/x/ID/config`. */
  readonly id: string;
  readonly name: string;
  /** A letter that opens it, beside its number. */
  readonly key?: string;
  /** The command that shows the same. @param settings those of the address. A tab without it makes it known itself */
  readonly command?: (expId: string, settings: URLSearchParams) => string;
  /** May be loaded later, if it brings a large library. */
  readonly View: ComponentType<TabProps>;
}

/** All tabs, in their order: the digits open the first ten. */
export const TABS: readonly ExperimentTab[] = [
  { id: 'overview', name: 'Overview', command: (id) => commandOf({ command: 'show', id }), View: OverviewTab },
  { id: 'config', name: 'Config', command: (id) => commandOf({ command: 'show', id, origin: true }), View: ConfigTab },
  { id: 'charts', name: 'Charts', View: ChartsTab },
  { id: 'logs', name: 'Logs', key: 'l', command: logsCommand, View: LogsTab },
  {
    id: 'scripts',
    name: 'Scripts',
    command: (id) => commandOf({ command: 'show', id, script: true }),
    View: ScriptsTab,
  },
  { id: 'code', name: 'Code', command: (id) => commandOf({ command: 'show', id }), View: CodeTab },
  { id: 'attempts', name: 'Attempts', command: (id) => commandOf({ command: 'show', id }), View: AttemptsTab },
  {
    id: 'checkpoints',
    name: 'Checkpoints & data',
    command: (id) => commandOf({ command: 'checkpoints list', ids: [id] }),
    View: CheckpointsTab,
  },
  { id: 'usage', name: 'Usage', command: (id) => commandOf({ command: 'show', id }), View: UsageTab },
  { id: 'files', name: 'Files', command: (id) => commandOf({ command: 'show', id }), View: FilesTab },
  { id: 'events', name: 'Events', command: (id) => commandOf({ command: 'show', id, events: true }), View: EventsTab },
];
