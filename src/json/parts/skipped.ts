/** An experiment that a command left as it is, and why. */
export type SkippedJson = { readonly exp_id: string; readonly why: string };

export function skippedJson({ expId, why }: { readonly expId: string; readonly why: string }): SkippedJson {
  return { exp_id: expId, why };
}
