/** The templates of the project; of one, its parameters. */
export function TemplatesPage({ name }: { readonly name?: string }) {
  return <h1>{name ?? 'Templates'}</h1>;
}
