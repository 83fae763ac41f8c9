import type { LeftOut } from '../core/code.ts';
import { baseName, isWithin, type BytePath } from './byte-path.ts';

/** Why a file is never in a snapshot by what it is called; undefined when its name is harmless. */
export function secretName(path: BytePath): LeftOut['why'] | undefined {
  const name = baseName(path);
  if (EXAMPLE.test(name)) return undefined;
  if (PRIVATE_KEY_NAME.test(name)) return 'private_key';
  return SECRET_NAME.test(name) || SECRET_PATH.test(path) ? 'secret' : undefined;
}

/** `.env.example` and its like show which variables there are, without values. */
const EXAMPLE = /^\.env\.(.+\.)?(example|sample|template|dist)$/i;

const PRIVATE_KEY_NAME = /^id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?$|\.(pem|key|ppk|p12|pfx)$/i;

const SECRET_NAME =
  /^(\.env(\..+)?|[._]netrc|\.pgpass|\.my\.cnf|\.git-credentials|\.pypirc|\.s3cfg|\.boto|\.htpasswd|kaggle\.json)$/i;

const SECRET_PATH =
  /(^|\/)(\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.config\/gcloud\/.+|\.ssh\/.+|\.gnupg\/.+|\.?huggingface\/token)$/;

/** Texts by which {@link secretContent} may find something: a cheap first look at many files. */
export const SUSPECT_TEXTS: readonly string[] = ['PRIVATE KEY', '_authToken'];

/** Why a file is never in a snapshot by what is in it. @param text its beginning at least */
export function secretContent(path: BytePath, text: string): LeftOut['why'] | undefined {
  if (KEY_FILE.test(text)) return 'private_key';
  const name = baseName(path);
  if (name === '.npmrc' && text.includes('_authToken')) return 'secret';
  // The key of a cloud account.
  return /\.json$/i.test(name) && /"private_key"\s*:\s*"-----BEGIN /.test(text) ? 'private_key' : undefined;
}

/** In the first line only: a text about keys is none. */
const KEY_FILE = /^\uFEFF?\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/;

/**
 * Folders that are no code: sheaf's own, and what a run sees through a link.
 *
 * @param folders relative to the top of the snapshot
 */
export function isReserved(path: BytePath, folders: readonly BytePath[]): boolean {
  return SHEAFS_OWN.test(path) || folders.some((folder) => isWithin(path, folder));
}

const SHEAFS_OWN = /(^|\/)\.sheaf(\/|$)/;
