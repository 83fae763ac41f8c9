import type { ExcludedFile } from '../core/experiment/code.ts';
import { getFileFacts, readRange } from '../system/index.ts';
import { getBaseName, type BytePath, isWithin, joinBytePath } from './byte-path.ts';

/** Why a file is never in a snapshot by what it is called; undefined when its name is harmless. */
export function explainSecretName(path: BytePath): ExcludedFile['why'] | undefined {
  const name = getBaseName(path);
  if (EXAMPLE.test(name)) return undefined;
  if (KEY_ENDING.test(name) || (SSH_KEY.test(name) && !SOURCE.test(name))) return 'private_key';
  return SECRET_NAME.test(name) || SECRET_PATH.test(path) ? 'secret' : undefined;
}

/** `.env.example`, `prod.env.sample` and their like show which variables there are, without values. */
const EXAMPLE = /(^|[._-])(example|sample|template|dist)(\.env)?$/i;

const KEY_ENDING = /\.(pem|key|ppk|p12|pfx)$/i;

/** Also a copy: `id_rsa.bak`, `id_ed25519_cluster`. */
const SSH_KEY = /^id_(rsa|dsa|ecdsa|ed25519|xmss)(\..+|_.+)?(?<!\.pub)$/i;

/** Source code and texts, which may be about keys, or show one. */
const SOURCE = /\.(py|pyi|ipynb|sh|bash|[cm]?[jt]sx?|go|rs|[ch]|cc|[ch]pp|java|kt|rb|pl|lua|jl|r|md|rst|tex|html?)$/i;

const SECRET_NAME =
  /^(\.env(\..+|rc)?|.+\.env|\.(.*[._-])?token|[._]netrc|\.pgpass|\.my\.cnf|\.git-credentials|\.pypirc|\.s3cfg|\.boto|\.htpasswd|kaggle\.json)$/i;

const SECRET_PATH =
  /(^|\/)(\.env\/.+|\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.config\/gcloud\/.+|\.ssh\/.+|\.gnupg\/.+|\.?huggingface\/token)$/;

/** Texts by which {@link explainSecretContent} may find something: a cheap first look at many files. */
export const SUSPECT_TEXTS: readonly string[] = ['PRIVATE KEY', '_authToken'];

/** Why a file is never in a snapshot by what is in it. @param text its beginning at least */
export function explainSecretContent(path: BytePath, text: string): ExcludedFile['why'] | undefined {
  const name = getBaseName(path);
  const isKey = SOURCE.test(name) ? KEY_FIRST.test(text) : KEY_LINE.test(text.slice(0, HEAD_LENGTH));
  if (isKey) return 'private_key';
  if (name === '.npmrc' && text.includes('_authToken')) return 'secret';
  // The key of a cloud account.
  return /\.json$/i.test(name) && /"private_key"\s*:\s*"-----BEGIN /.test(text) ? 'private_key' : undefined;
}

/** Before a key there may be lines about it, such as the attributes that openssl writes. */
const KEY_LINE = /^(\uFEFF|\xef\xbb\xbf)?[ \t]*-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/m;
const HEAD_LENGTH = 1024;

/** In the first line only: a text about keys is no key. */
const KEY_FIRST = /^(\uFEFF|\xef\xbb\xbf)?\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/;

/**
 * Folders that are no code: sheaf's own, and what a run sees through a link.
 *
 * @param folders relative to the top of the snapshot
 */
export function isReserved(path: BytePath, folders: readonly BytePath[]): boolean {
  return SHEAFS_OWN.test(path) || folders.some((folder) => isWithin(path, folder));
}

const SHEAFS_OWN = /(^|\/)\.sheaf(\/|$)/;

/** No key is longer. */
const KEY_BYTES = 1 << 16;

/**
 * Why a file is never in a snapshot for what is in it, read from disk; undefined for what is no file.
 *
 * @throws SheafError `file.*`, `file.enoent` when it has just been removed
 */
export function explainSecretFile(top: string, path: BytePath): ExcludedFile['why'] | undefined {
  const place = joinBytePath(top, path);
  const facts = getFileFacts(place);
  if (facts?.kind !== 'file') return undefined;
  return explainSecretContent(path, readRange(place, 0, Math.min(facts.size, KEY_BYTES)).toString('latin1'));
}
