import { createHash } from 'node:crypto';
import { makeZip, type ZipEntry } from './zip.ts';

/** A wheel (Python packaging specifications: binary distribution format 1.0, core metadata 2.4). */
export interface Wheel {
  /** As on PyPI, with hyphens. */
  readonly name: string;
  readonly version: string;
  /** As in the name of the file: `py3-none-any`. */
  readonly tag: string;
  /** The lines of METADATA between the version and the licences. */
  readonly fields: readonly string[];
  /** Markdown. */
  readonly description: string;
  /** Texts by name. */
  readonly licences: Readonly<Record<string, string>>;
  /** What is installed: modules by their path, everything else in the folder of {@link getDataFolder}. */
  readonly files: readonly ZipEntry[];
}

/** The name of its file. */
export function getWheelName({ name, version, tag }: Wheel): string {
  return `${stem(name, version)}-${tag}.whl`;
}

/** The folder of a wheel for what is not installed with the modules: in `scripts` and `data` below it. */
export function getDataFolder(name: string, version: string): string {
  return `${stem(name, version)}.data`;
}

/** The bytes of a wheel; the same for the same argument. */
export function makeWheel(wheel: Wheel): Buffer {
  const info = `${stem(wheel.name, wheel.version)}.dist-info`;
  const files = [
    ...wheel.files,
    toEntry(`${info}/METADATA`, metadata(wheel)),
    toEntry(`${info}/WHEEL`, wheelFacts(wheel.tag)),
    ...Object.entries(wheel.licences).map(([name, text]) => toEntry(`${info}/licenses/${name}`, text)),
  ];
  const record = [...files.map(recordLine), `${info}/RECORD,,`, ''].join('\n');
  return makeZip([...files, toEntry(`${info}/RECORD`, record)]);
}

/** A text as a file of an archive. */
export function toEntry(path: string, text: string): ZipEntry {
  return { path, data: Buffer.from(text) };
}

function stem(name: string, version: string): string {
  return `${name.replaceAll('-', '_')}-${version}`;
}

function metadata({ name, version, fields, licences, description }: Wheel): string {
  const lines = [
    'Metadata-Version: 2.4',
    `Name: ${name}`,
    `Version: ${version}`,
    ...fields,
    ...Object.keys(licences).map((file) => `License-File: ${file}`),
    'Description-Content-Type: text/markdown',
  ];
  return `${lines.join('\n')}\n\n${description}`;
}

function wheelFacts(tag: string): string {
  const isPure = tag.endsWith('-any');
  return `Wheel-Version: 1.0\nGenerator: sheaf\nRoot-Is-Purelib: ${isPure}\nTag: ${tag}\n`;
}

function recordLine({ path, data }: ZipEntry): string {
  return `${path},sha256=${createHash('sha256').update(data).digest('base64url')},${data.length}`;
}
