import { fileExtensions } from './formats.ts';
import type { Take } from './take.ts';

/** Hands the take's bytes to the browser as a file, as they came from the server. */
export function downloadTake(take: Take): void {
  const { file } = take.state.get();
  if (!file) return;
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = nameFile(take.request);
  link.click();
  // The browser has taken the bytes by the next minute; revoking at once would lose them.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "Good morning, all of you" by af_heart as mp3 → "good-morning-all-of-you-af_heart.mp3". */
export function nameFile(request: Take['request']): string {
  const words = request.text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const start = words.slice(0, 5).join('-').slice(0, 40);
  return `${start ? `${start}-` : ''}${request.voice}.${fileExtensions[request.format]}`;
}
