import type { SchedulerKind } from '../kind.ts';
import { openLocalScheduler } from './local-scheduler.ts';

export const LOCAL: SchedulerKind = {
  title: 'the local scheduler',
  summary: 'this machine, in the background',
  open: openLocalScheduler,
};
