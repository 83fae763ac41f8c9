import { useState } from 'react';
import { notify } from '../../components/toasts.tsx';
import { saveFile } from './save-file.ts';

/** Saves a file that the server makes. */
export function SaveButton({ name, load }: { readonly name: string; readonly load: () => Promise<Uint8Array> }) {
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
    <button type="button" disabled={isSaving} onClick={() => void save()}>
      {isSaving ? `Writing ${name} …` : `Save ${name}`}
    </button>
  );
}
