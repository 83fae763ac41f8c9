import { useState } from 'react';
import { saveFile } from '../../api/save-file.ts';
import { notify } from '../toasts.tsx';

/** Saves a file that the server makes. */
export function SaveButton({
  name,
  text = `Save ${name}`,
  load,
}: {
  readonly name: string;
  readonly text?: string;
  readonly load: () => Promise<Uint8Array>;
}) {
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      saveFile(name, await load());
    } catch (error) {
      notify(`${name} could not be saved`, error instanceof Error ? error.message : String(error));
    }
    setSaving(false);
  };
  return (
    <button type="button" disabled={isSaving} aria-label={`Save ${name}`} onClick={() => void save()}>
      {isSaving ? `Writing ${name} …` : text}
    </button>
  );
}
