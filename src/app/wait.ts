import type { Experiment } from '../core/stored.ts';
import { sleep } from '../system/index.ts';
import type { Project } from './project.ts';
import type { RunOptions, StatusReport } from './results.ts';
import { reportStatus } from './status.ts';

/** Pause between two looks, milliseconds: short at first, so that short jobs are noticed soon. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const GROWTH = 1.3;

/** Waits until none of the experiments is active any more. */
export async function waitFor(
  project: Project,
  chosen: (project: Project) => readonly Experiment[],
  { signal, onChange, progress }: RunOptions & { readonly onChange?: (report: StatusReport) => void },
): Promise<StatusReport> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const report = await reportStatus(project, chosen);
    onChange?.(report);
    const open = report.lines.filter(({ status }) => status === 'queued' || status === 'running').length;
    progress?.(report.lines.length - open, report.lines.length, 'ended');
    if (open === 0) return report;
    if (report.changed.length > 0) pauseMs = FIRST_PAUSE_MS;
    await sleep(pauseMs, signal);
  }
}
