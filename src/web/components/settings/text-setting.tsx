import { useDraft } from '../../state/use-draft.ts';
import { useSetting } from '../../state/use-setting.ts';

/** A text of the address. */
export function TextSetting({
  name,
  label,
  placeholder,
  list,
  size = 20,
}: {
  /** In the address. */
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** The id of a list of values, which are proposed. */
  readonly list?: string;
  /** Characters. */
  readonly size?: number;
}) {
  const [given = '', change] = useSetting(name, undefined);
  const [draft, setDraft, send] = useDraft(given, (text) => change(text === '' ? undefined : text));
  return (
    <label>
      {label}
      <input
        value={draft}
        size={size}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        list={list}
        onChange={({ target }) => setDraft(target.value)}
        onBlur={send}
        onKeyDown={({ key }) => {
          if (key === 'Enter') send();
        }}
      />
    </label>
  );
}
