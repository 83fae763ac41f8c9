import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { useSettings } from '../../state/use-setting.ts';
import { toHref } from '../../state/use-route.ts';
import { useCall } from '../../api/use-call.ts';
import { ExportFigure } from './export-figure.tsx';
import { ExportTable } from './export-table.tsx';
import { readFigureSettings } from './figure-settings.ts';
import { KNOWN_NAMES } from './known-names.ts';
import { listUnknown, readTableSettings } from './table-settings.ts';
import layout from '../../components/settings/settings.module.css';

/** A table or a figure for a paper, a slide or a program: seen before it is saved. */
export function ExportPage({ part }: { readonly part: string | undefined }) {
  const [settings] = useSettings();
  const where = settings.get('q') ?? undefined;
  const names = useCall('page', { columns: ['all'], limit: 100 }).data?.columns.map(({ header }) => header) ?? [];
  const unknown = listUnknown(settings);
  const isFigure = part === 'figure';
  return (
    <>
      <PageHeading title="Export" />
      <nav aria-label="What to export" className={layout['kinds']}>
        <a href={toHref(['export'], { q: where })} aria-current={isFigure ? undefined : 'page'}>
          Table
        </a>
        <a href={toHref(['export', 'figure'], { q: where })} aria-current={isFigure ? 'page' : undefined}>
          Figure
        </a>
      </nav>
      {unknown.length > 0 && (
        <PartialStrip message={`Parts of this address mean nothing here: ${unknown.join(', ')}`} />
      )}
      <datalist id={KNOWN_NAMES}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {isFigure ? (
        <ExportFigure settings={readFigureSettings(settings)} />
      ) : (
        <ExportTable settings={readTableSettings(settings)} />
      )}
    </>
  );
}
