/** How many newlines stand between two places of a text. */
export function countNewlines(text: string, from: number = 0, to: number = text.length): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
