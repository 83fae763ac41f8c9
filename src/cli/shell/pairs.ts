/** Names and values, one pair a line, without empty values. */
export function formatPairs(rows: readonly (readonly [name: string, text: string])[]): string {
  const shown = rows.filter(([, text]) => text !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('');
}
