import { PageHeading } from '../../components/page-heading.tsx';

/** The templates of the project; of one, its parameters. */
export function TemplatesPage({ name }: { readonly name?: string }) {
  return <PageHeading title={name ?? 'Templates'} />;
}
