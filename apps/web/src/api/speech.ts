import type { AudioFormat } from '../audio/decode-stream.ts';
import { callApi } from './call-api.ts';
import { ApiError, localProblem } from './problem.ts';

export const maxTextCharacters = 5_000;
export const minSpeed = 0.5;
export const maxSpeed = 2;

/** The body of `POST /v1/generate` and `POST /v1/generate/stream`. */
export interface SpeechRequest {
  text: string;
  voice: string;
  speed: number;
  format: AudioFormat;
}

export interface SpeechStream {
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
  contentType: string;
  requestId: string | undefined;
  /** Characters that count against the allowance. */
  characters: number | undefined;
  fromCache: boolean;
  /** What of the request could not be honoured, in the server's words. */
  warning: string | undefined;
}

/** Asks for speech whose bytes come while it is made. Aborting stops the work on the server as well. */
export async function streamSpeech(
  request: SpeechRequest,
  signal: AbortSignal,
): Promise<SpeechStream> {
  const response = await callApi('/v1/generate/stream', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  });
  const requestId = response.headers.get('x-request-id') ?? undefined;
  if (!response.body) {
    throw new ApiError(localProblem('No audio came', 'The answer had no body.', requestId));
  }
  const characters = Number(response.headers.get('x-voiceflow-characters') ?? Number.NaN);
  return {
    bytes: response.body,
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    requestId,
    characters: Number.isFinite(characters) ? characters : undefined,
    fromCache: response.headers.get('x-voiceflow-cache') === 'hit',
    warning: readWarning(response.headers.get('warning')),
  };
}

/** The texts of a Warning header: `299 voiceflow "One thing", 299 voiceflow "another"`. */
function readWarning(header: string | null): string | undefined {
  const texts = [...(header ?? '').matchAll(/"([^"]*)"/g)].map(([, text]) => text);
  return texts.length > 0 ? texts.join('. ') : undefined;
}
