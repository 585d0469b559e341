import { saveFile } from '../../save-file.ts';
import { fileExtensions } from './formats.ts';
import type { Take } from './take.ts';

/** Hands the take's bytes to the browser as a file, as they came from the server. */
export function downloadTake(take: Take): void {
  const { file } = take.state.get();
  if (file) saveFile(file, nameFile(take.request));
}

/** "Good morning, all of you" by af_heart as mp3 → "good-morning-all-of-you-af_heart.mp3". */
export function nameFile(request: Take['request']): string {
  const words = request.text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const start = words.slice(0, 5).join('-').slice(0, 40);
  return `${start ? `${start}-` : ''}${request.voice}.${fileExtensions[request.format]}`;
}
