import { useSetting } from '../../state/use-setting.ts';

/** One of several words of the address. @param usual what the first choice says, which is in no address */
export function ChoiceSetting({
  name,
  label,
  words,
  usual,
}: {
  readonly name: string;
  readonly label: string;
  readonly words: readonly string[];
  readonly usual: string;
}) {
  const [given, change] = useSetting(name, undefined);
  return (
    <label>
      {label}
      <select value={given ?? ''} onChange={({ target }) => change(target.value || undefined)}>
        <option value="">{usual}</option>
        {words.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </select>
    </label>
  );
}

/** Whether something is on, in the address. */
export function FlagSetting({ name, label }: { readonly name: string; readonly label: string }) {
  const [given, change] = useSetting(name, undefined);
  return (
    <label>
      <input
        type="checkbox"
        checked={given !== undefined}
        onChange={({ target }) => change(target.checked ? 'on' : undefined)}
      />
      {label}
    </label>
  );
}
