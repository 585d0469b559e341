import { describeProblem, toDomainError } from '../../platform/http/index.ts';
import { formatEvent } from './server-sent-event.ts';

/** OpenAI's server-sent events for audio as it is made. */
export async function* speechEvents(
  audio: AsyncIterable<Buffer>,
  options: { characters: number; requestId: string },
): AsyncGenerator<string> {
  try {
    for await (const bytes of audio) {
      yield format({ type: 'speech.audio.delta', audio: bytes.toString('base64') });
    }
    // The unit of both counts is the character: that is what is metered here.
    const { characters } = options;
    yield format({
      type: 'speech.audio.done',
      usage: { input_tokens: characters, output_tokens: 0, total_tokens: characters },
    });
  } catch (error) {
    const problem = describeProblem(toDomainError(error), options.requestId);
    yield format({ type: 'error', error: { message: problem.detail, code: problem.code } });
  }
}

function format(data: { type: string; [field: string]: unknown }): string {
  return formatEvent({ event: data.type, data });
}
