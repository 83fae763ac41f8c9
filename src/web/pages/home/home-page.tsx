import { PageHeading } from '../../components/page-heading.tsx';

/** What happened since one last looked. */
export function HomePage() {
  return <PageHeading title="Home" />;
}
