import { useMemo } from 'react';
import { isActive } from '../../core/experiment/status.ts';
import { describeLeftOut } from '../../core/text/missing-words.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import type { ReportData } from '../../server/index.ts';
import { Empty } from '../components/empty.tsx';
import { Facts } from '../components/facts.tsx';
import { PartialStrip } from '../components/partial-strip.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { describeGpuHours } from '../format/gpu-words.ts';
import { formatTime, toIso } from '../format/times.ts';
import { groupMembers } from '../pages/sweep/shared/members.ts';
import { Part } from '../pages/sweep/shared/part.tsx';
import { RankTable } from '../pages/sweep/rank-table.tsx';
import { StateGrid } from '../pages/sweep/state-grid.tsx';
import { BestRuns } from './best-runs.tsx';
import { CodeList, Configuration } from './configuration.tsx';
import { FailureList } from './failure-list.tsx';
import { ReportBands } from './report-bands.tsx';
import styles from './report.module.css';
import { summarizeReport } from './summary-words.ts';

/** The state of experiments at one moment, to read without a server: nothing in it can change, and nothing links to anything. */
export function ReportPage({ data }: { readonly data: ReportData }) {
  const { title, project, members, ranked, metric, command } = data;
  const groups = useMemo(() => groupMembers(members), [members]);
  return (
    <main className={styles['page']}>
      <h1>{title}</h1>
      {members.expIds.length > 0 && <p className={styles['summary']}>{summarizeReport(data)}</p>}
      <p className={styles['made']}>
        A report on experiments of the project {project}, as they were on record at {formatTime(toIso(data.madeMs))}.
        Made by sheaf.
      </p>
      <Notes data={data} />
      <Head data={data} />
      {ranked && metric !== undefined ? (
        <>
          <Part title={`Groups by ${metric}: mean over seeds`} command={undefined}>
            <RankTable ranked={ranked} />
          </Part>
          <ReportBands data={data} groups={groups} />
          <BestRuns data={data} />
        </>
      ) : (
        members.expIds.length > 0 && <Empty why={whyUnranked(data)} />
      )}
      {members.expIds.length > 0 && (
        <StateGrid members={members} groups={groups} command={undefined} linkTo={() => undefined} />
      )}
      <FailureList data={data} />
      <Configuration data={data} />
      <CodeList data={data} />
      <Part title="How this report was made" command={undefined}>
        <p>This command, in the project folder, writes the report of what is on record then:</p>
        <code className={styles['command']}>{command}</code>
      </Part>
    </main>
  );
}

/** What is not final, and what is missing. */
function Notes({ data: { progress, members, metrics, metric, missing, warnings } }: { readonly data: ReportData }) {
  const total = members.expIds.length;
  const left = members.statuses.filter((status) => status === 'created' || isActive(status)).length;
  const n = metrics.find(({ name }) => name === metric)?.n ?? 0;
  return (
    <>
      {total === 0 && <PartialStrip message="No experiment fits. The report is empty." />}
      {left > 0 && (
        <PartialStrip
          message={`Interim: ${groupDigits(left)} of ${formatCount(progress.total, 'experiment')} had not ended. Means and tests change when they do.`}
        />
      )}
      {metric !== undefined && n < total && (
        <PartialStrip message={describeLeftOut(missing, { total, noun: 'experiment', metric })} />
      )}
      {warnings.map((warning) => (
        <PartialStrip key={warning} message={warning} />
      ))}
    </>
  );
}

function Head({ data }: { readonly data: ReportData }) {
  const { progress, gpuHours, templates, metric, mode } = data;
  const hours = describeGpuHours(gpuHours);
  return (
    <>
      <p className={styles['line']}>
        {Object.entries(progress.counts).map(([status, n]) => (
          <StatusMark key={status} status={status} text={`${groupDigits(n)} ${status}`} />
        ))}
      </p>
      <Facts
        facts={[
          ['ended', `${groupDigits(progress.ended)} of ${formatCount(progress.total, 'experiment')}`],
          ['metric', metric !== undefined && `${metric}${describeMode(mode)}`],
          [
            'GPU hours',
            hours !== undefined && `${hours}: the GPUs that attempts asked for, times the hours that they ran`,
          ],
          [templates.length === 1 ? 'template' : 'templates', templates.join(', ')],
        ]}
      />
    </>
  );
}

function describeMode(mode: ReportData['mode']): string {
  return mode === undefined ? '' : `, ${mode === 'max' ? 'higher' : 'lower'} is better`;
}

function whyUnranked({ metrics, metric, mode }: ReportData): string {
  if (metrics.every(({ n }) => n === 0))
    return 'No experiment has a value of a metric on record, so there are no ranked groups.';
  if (mode === undefined) return `Nothing says which values of ${metric} are better, so the groups are not ranked.`;
  return `No experiment has a number of ${metric}, so there are no ranked groups.`;
}
