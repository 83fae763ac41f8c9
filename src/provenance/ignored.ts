import { runGit } from './git.ts';
import { toBytePath, formatBytePath } from './byte-path.ts';
import { explainSecretName } from './secret-files.ts';
import { openRepository } from './repository.ts';

/** What programs and tools make, and no run needs. */
const MADE =
  /^(__pycache__|\.(git|sheaf|idea|vscode|.*_cache|ipynb_checkpoints|DS_Store)|experiments|outputs?|runs|logs?|checkpoints|wandb|mlruns|lightning_logs|node_modules|dist|build|.*\.egg-info|.*\.(log|pyc|out))$/;

/**
 * Entries of a project folder that git ignores and that a run may need, such as `data` and `.venv`; none without a
 * repository.
 */
export async function listIgnoredEntries(folder: string): Promise<string[]> {
  const repository = await openRepository(folder, 'none');
  if (repository === undefined) return [];
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const { exitCode, stdout } = await runGit(folder, args);
  if (exitCode !== 0) return [];
  const paths = stdout.split('\0').map((path) => formatBytePath(path).replace(/\/$/, ''));
  return paths.filter(
    (path) =>
      path !== '' && !path.includes('/') && !MADE.test(path) && explainSecretName(toBytePath(path)) === undefined,
  );
}
