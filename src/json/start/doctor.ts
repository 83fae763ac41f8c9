import type { ClusterRecording, DoctorFinding } from '../../app/index.ts';

/** What `doctor` found, one entry for each check. */
export type DoctorJson = readonly {
  readonly level: DoctorFinding['level'];
  readonly what: string;
  readonly fix: string | null;
}[];

export function doctorJson(findings: readonly DoctorFinding[]): DoctorJson {
  return findings.map(({ level, what, fix }) => ({ level, what, fix: fix ?? null }));
}

/** A file with the answers of Slurm that was written. */
export type RecordingJson = {
  readonly file: string;
  readonly questions: number;
  /** Questions without an answer, in the words of the programs. */
  readonly failed: readonly string[];
  /** How many names were replaced, by kind. */
  readonly replaced: { readonly [kind: string]: number };
};

export function recordingJson(recording: ClusterRecording): RecordingJson {
  return { ...recording };
}
