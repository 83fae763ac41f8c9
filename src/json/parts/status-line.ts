import type { ShownDiagnosis, StatusLine } from '../../app/index.ts';
import type { Cause } from '../../core/experiment/cause.ts';
import type { Status } from '../../core/experiment/status.ts';
import { isoOrNull } from './json.ts';

/** The state of an experiment and of the attempt that matters now. */
export type StatusLineJson = {
  readonly exp_id: string;
  readonly status: Status;
  readonly cause: Cause | null;
  readonly stage: string | null;
  readonly attempt: number | null;
  readonly job: string | null;
  readonly submitted_at: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly unseen_since: string | null;
  readonly exit_code: number | null;
  readonly note: string | null;
  readonly diagnosis: DiagnosisJson | null;
  readonly time_limit_seconds: number | null;
  readonly partition: string | null;
};

export function statusLineJson(line: StatusLine): StatusLineJson {
  return {
    exp_id: line.expId,
    status: line.status,
    cause: line.cause ?? null,
    stage: line.stage ?? null,
    attempt: line.attempt ?? null,
    job: line.job ?? null,
    submitted_at: isoOrNull(line.submittedMs),
    started_at: isoOrNull(line.startedMs),
    ended_at: isoOrNull(line.endedMs),
    unseen_since: isoOrNull(line.unseenSinceMs),
    exit_code: line.exitCode ?? null,
    note: line.note ?? null,
    diagnosis: diagnosisJson(line.diagnosis),
    time_limit_seconds: line.timeLimitSeconds ?? null,
    partition: line.partition ?? null,
  };
}

/** Why an attempt failed, as far as its logs say. */
export type DiagnosisJson = {
  readonly code: string;
  readonly says: string;
  readonly line: { readonly file: string; readonly line: number | null; readonly text: string } | null;
  readonly fix: string | null;
};

export function diagnosisJson(diagnosis: ShownDiagnosis | undefined): DiagnosisJson | null {
  if (diagnosis === undefined) return null;
  const { code, says, line, fix } = diagnosis;
  return {
    code,
    says,
    line: line === undefined ? null : { file: line.file, line: line.number ?? null, text: line.text },
    fix: fix ?? null,
  };
}
