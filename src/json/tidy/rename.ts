/** An experiment that was renamed. */
export type RenameJson = { readonly from: string; readonly to: string };

export function renameJson(from: string, to: string): RenameJson {
  return { from, to };
}
