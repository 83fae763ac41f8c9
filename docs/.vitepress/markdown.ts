/** Rules of Markdown with which the pages look here as they do in the repository. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';

const docs: string = join(import.meta.dirname, '..');
const repository: string = join(docs, '..');

/**
 * Names files of the repository that are no pages of the site, such as `../examples/digits`, instead of linking to them.
 *
 * @throws Error if a page links to a file that does not exist
 */
export function nameRepositoryFiles(md: MarkdownRenderer): void {
  md.core.ruler.push('name-repository-files', ({ tokens, env, Token }) => {
    const { relativePath } = env as MarkdownEnv;
    const write = (type: string, content: string) => Object.assign(new Token(type, '', 0), { content });
    for (const { children } of tokens) {
      if (children === null) continue;
      // From the end, because the places before it stay.
      for (const [open, token] of [...children.entries()].toReversed()) {
        const path =
          token.type === 'link_open' ? findRepositoryFile(relativePath, token.attrGet('href') ?? '') : undefined;
        if (path === undefined) continue;
        const close = children.findIndex(({ type }, at) => at > open && type === 'link_close');
        const words = children.slice(open + 1, close);
        const code = write('code_inline', path);
        const isPath = words.every(({ content }) => path.includes(content));
        children.splice(
          open,
          close - open + 1,
          ...(isPath ? [code] : [...words, write('text', ' ('), code, write('text', ')')]),
        );
      }
    }
  });
}

/** The path from the root of the repository to what a page links to; undefined for pages of the site and of the web. */
function findRepositoryFile(page: string, href: string): string | undefined {
  if (/^(#|\/|[a-z]+:)/.test(href)) return undefined;
  const path = join(docs, dirname(page), decodeURI(href.replace(/#.*/, '')));
  if (path.endsWith('.md') && !relative(docs, path).startsWith('..')) return undefined;
  if (!existsSync(path)) throw new Error(`docs/${page} links to ${href}, which does not exist`);
  return relative(repository, path);
}

/** Shows indented code as fenced code is shown. */
export function fenceIndentedCode(md: MarkdownRenderer): void {
  md.core.ruler.push('fence-indented-code', ({ tokens }) => {
    for (const token of tokens) if (token.type === 'code_block') token.type = 'fence';
  });
}

/**
 * Keeps text and code within a line from Vue: it would compute `{{ name }}`, which it does not in blocks of code, and drop the
 * end of a line between two elements.
 */
export function keepFromVue(md: MarkdownRenderer): void {
  const { rules } = md.renderer;
  for (const type of ['text', 'code_inline']) {
    const render = rules[type];
    if (render === undefined) throw new Error(`no rule renders ${type}`);
    rules[type] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
  rules['softbreak'] = () => ' ';
}
