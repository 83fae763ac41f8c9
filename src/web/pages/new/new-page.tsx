import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { toHref, useRoute } from '../../state/use-route.ts';
import { NewForm } from './new-form.tsx';

/** Makes an experiment from a template's form; without a template, the choice of one. */
export function NewPage({ template }: { readonly template?: string }) {
  const { settings } = useRoute().route;
  const what = settings.get('sweep') === 'on' ? 'New sweep' : 'New experiment';
  return (
    <>
      <PageHeading title={template === undefined ? what : `${what} from ${template}`} />
      {template === undefined ? <TemplateChoice /> : <FormOf key={template} name={template} />}
    </>
  );
}

function TemplateChoice() {
  const templates = useCall('templates', {});
  if (templates.error !== null) return <ProblemView error={templates.error} retry={() => void templates.refetch()} />;
  if (templates.data === undefined) return <Loading what="the templates" lines={6} />;
  const usable = templates.data.filter(({ problem }) => problem === null);
  if (usable.length === 0) return <Empty why="This project has no template that can be used." />;
  return (
    <>
      <p>Choose a template:</p>
      <ul aria-label="Templates">
        {usable.map(({ name, description }) => (
          <li key={name}>
            <a href={toHref(['new', name])}>{name}</a> {description}
          </li>
        ))}
      </ul>
    </>
  );
}

function FormOf({ name }: { readonly name: string }) {
  const template = useCall('template', { name });
  if (template.error !== null) return <ProblemView error={template.error} retry={() => void template.refetch()} />;
  if (template.data === undefined) return <Loading what={`the template ${name}`} lines={8} />;
  return <NewForm template={template.data} />;
}
