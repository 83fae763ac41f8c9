import { useCall } from '../../api/use-call.ts';
import { TextSetting } from '../../components/settings/text-setting.tsx';
import { toHref } from '../../state/use-route.ts';
import { useSettings } from '../../state/use-setting.ts';
import layout from '../../components/settings/settings.module.css';

/** The id of the list of the newest experiments, which fields propose. */
const NEWEST = 'newest-experiments';

/** The experiments that are proposed. */
const MOST = 100;

/** The choice of an experiment. */
export function ForExperiment() {
  const [settings] = useSettings();
  const newest = useCall('page', { columns: ['exp_id'], limit: MOST, sort: { field: 'created', descending: true } });
  const id = settings.get('id');
  return (
    <>
      <datalist id={NEWEST}>{newest.data?.expIds.map((each) => each && <option key={each} value={each} />)}</datalist>
      <div className={layout['settings']}>
        <TextSetting name="id" label="Experiment" list={NEWEST} size={32} />
        <TextSetting name="like" label="Results comparable with" placeholder="none" list={NEWEST} size={32} />
      </div>
      {id ? (
        <p>
          Its parameters are frozen; with another batch, the advice is for a copy.{' '}
          <a href={toHref(['x', id])}>The experiment</a>
        </p>
      ) : (
        <p>Choose an experiment to see where its job fits.</p>
      )}
    </>
  );
}
