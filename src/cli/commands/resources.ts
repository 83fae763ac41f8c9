import type { Command } from '../command.ts';
import { command as advise } from './advise.ts';

/** Another name of `advise`. */
export const command: Command = { ...advise, name: 'resources', summary: 'The same as advise' };
