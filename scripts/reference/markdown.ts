/** Text of a cell of a table. VitePress reads pages as Vue templates, in which `<` and `{{` are special. */
export function cell(text: string): string {
  return text
    .replaceAll(/`[^`]*`|[<|]|\{\{/g, (part) =>
      part.startsWith('`') ? part.replaceAll('|', String.raw`\|`) : (ESCAPED[part] ?? part),
    )
    .replaceAll('\n', ' ');
}

const ESCAPED: { readonly [text: string]: string } = { '<': '&lt;', '|': String.raw`\|`, '{{': '&#123;&#123;' };

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
