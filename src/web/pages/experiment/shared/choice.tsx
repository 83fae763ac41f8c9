/** One of several names. @param none what stands for no name; without it, one is always chosen */
export function Choice({
  names,
  current,
  none,
  onChange,
}: {
  readonly names: readonly string[];
  readonly current: string | undefined;
  readonly none?: string;
  readonly onChange: (name: string | undefined) => void;
}) {
  return (
    <select value={current ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
      {none !== undefined && <option value="">{none}</option>}
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
