/** A plain file inside the experiment's folder, or one that a rule may follow a link to: safe to read. */
export interface FoundFile {
  /** Where it really lies. */
  readonly path: string;
  /** Its path inside the experiment's folder, as people see it. */
  readonly shown: string;
  /** Bytes at the time it was found; what is written later is not read. */
  readonly size: number;
  readonly mtimeNs: bigint;
  /** Its writer has not completed, so that its last line may be cut in the middle. */
  readonly unfinished: boolean;
}
