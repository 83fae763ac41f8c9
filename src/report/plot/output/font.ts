import { fileURLToPath } from 'node:url';
import { getFileFacts, isSingleFile, readAsset, readRange } from '../../../system/index.ts';

/** The font that PNG and PDF carry: Arimo (SIL Open Font License), which has the widths of Helvetica and Arial. */
export const FONT_NAME = 'Arimo';

/** Its file, with all weights that a figure has. */
export function readFontFiles(): { readonly regular: Buffer; readonly bold: Buffer } {
  return {
    regular: readPackagedFile('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'),
    bold: readPackagedFile('@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf'),
  };
}

/** A file of a package that we depend on: `name/path`. */
export function readPackagedFile(specifier: string): Buffer {
  if (isSingleFile()) return readAsset(specifier);
  const path = fileURLToPath(import.meta.resolve(specifier));
  return readRange(path, 0, getFileFacts(path, { follow: true })?.size ?? 0);
}

const OTHER_LETTERS =
  /\p{Extended_Pictographic}|[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Common}\p{Script=Inherited}]/gu;

/** The letters in a figure that the font does not have, each once. */
export function findLettersWithoutFont(svg: string): string[] {
  const texts = [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)/g)].map(([, text = '']) => text);
  return [...new Set(texts.flatMap((text) => text.match(OTHER_LETTERS) ?? []))].filter(
    (sign) => !/[#*0-9©®]/.test(sign),
  );
}
