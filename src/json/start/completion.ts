/** The script that makes a shell complete words. */
export type CompletionJson = { readonly shell: string; readonly script: string };

export function completionJson(shell: string, script: string): CompletionJson {
  return { shell, script };
}
