import { connectToParent } from '../../system/index.ts';
import { openProject } from './project.ts';

/** The program of a process that folds the journal of a project for the one that started it, and ends. */
export async function foldForParent(root: string): Promise<void> {
  const parent = connectToParent(() => undefined);
  try {
    const onFold = (events: number): void => parent.send(events);
    const { store } = await openProject({ dir: root, env: process.env, supervisorArgv: [], onFold });
    store.close();
  } finally {
    parent.leave();
  }
}
