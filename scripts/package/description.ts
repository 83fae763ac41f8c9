/**
 * The README as PyPI shows it: links and figures that are beside it in the repository lead nowhere there. A link
 * becomes its text, and a figure is left out.
 */
export function describeForPypi(readme: string): string {
  return readme
    .replaceAll(/^(?:!\[.*\]\((?!https?:).*\)|<img src="(?!https?:).*>)\n\n?/gm, '')
    .replaceAll(/(?<!!)\[([^\]]*)\]\((?!https?:|#)[^)]*\)/g, '$1');
}
