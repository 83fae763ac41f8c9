import type { KnownRun } from './known-runs.ts';
import { nameItems } from './names.ts';
import type { Artifact } from './run.ts';
import { requireAccepted, type MlflowServer } from './server.ts';

/** The version of each file that arrived is kept as a tag of its run. */
const FILE_TAG = 'sheaf.file.';
/** Where a run's files are when the server takes them itself. */
const PROXY = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/;

/** Sends the files that have changed, one after the other. @returns the tags that say what has arrived */
export async function sendArtifacts(
  server: MlflowServer,
  { artifactUri, tags }: KnownRun,
  artifacts: readonly Artifact[],
): Promise<{ readonly tags: readonly (readonly [string, string])[]; readonly remarks: readonly string[] }> {
  const place = PROXY.exec(artifactUri)?.[1];
  if (artifacts.length > 0 && place === undefined)
    return { tags: [], remarks: [`files are not sent: the server keeps them elsewhere, in ${artifactUri}`] };
  const { items, remarks } = nameItems(
    'the file',
    artifacts.map((artifact) => [`${FILE_TAG}${artifact.path}`, artifact]),
  );
  const due = items.filter(([tag, { version }]) => tags.get(tag) !== version);
  for (const [, { file, path }] of due) {
    const steps = `${place}/${path}`.split('/').map(encodeURIComponent).join('/');
    const answer = await server.ask({ method: 'PUT', path: `/mlflow-artifacts/artifacts/${steps}`, file });
    requireAccepted(answer, `the file ${path}`);
  }
  return { tags: due.map(([tag, { version }]): [string, string] => [tag, version]), remarks };
}
