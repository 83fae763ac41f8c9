import { TemplateList } from './template-list.tsx';
import { TemplateView } from './template-view.tsx';

/** The templates of the project; of one, its parameters. */
export function TemplatesPage({ name }: { readonly name?: string }) {
  return name === undefined ? <TemplateList /> : <TemplateView key={name} name={name} />;
}
