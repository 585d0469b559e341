import type { SpeechRequest } from '../../api/speech.ts';
import { fileExtensions } from './formats.ts';

/**
 * The request as a command for a POSIX shell that writes the finished file. The
 * key comes from the environment, so that the command can be shown to others.
 */
export function buildCurlCommand(request: SpeechRequest, origin: string): string {
  return [
    `curl ${quoteForShell(`${origin}/v1/generate`)}`,
    `--fail-with-body -o speech.${fileExtensions[request.format]}`,
    '-H "Authorization: Bearer $VOICEFLOW_API_KEY"',
    `-H ${quoteForShell('Content-Type: application/json')}`,
    `-d ${quoteForShell(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

/** One shell word that stands for `text` as it is; quoted only where it must be. */
export function quoteForShell(text: string): string {
  if (/^[\w./:@%+=-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
