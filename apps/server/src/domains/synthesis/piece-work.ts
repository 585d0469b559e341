import type { PieceAudio, PieceTask, Speaker } from '@voiceflow/speech';
import { z } from 'zod';
import type { AssistHandler } from '../../platform/queue/index.ts';

/** A piece that another worker is to make, if it runs the same model. */
export const pieceOrderSchema = z.object({
  model: z.string(),
  phonemes: z.string(),
  voice: z.string(),
  speed: z.number(),
  /** Its place in the speech, the first being 0; of earlier versions absent. */
  index: z.number().int().optional(),
  /** W3C Trace Context of the speech; absent where nothing is traced. */
  traceparent: z.string().optional(),
});

export type PieceOrder = z.infer<typeof pieceOrderSchema>;

const floatBytes = Float32Array.BYTES_PER_ELEMENT;

/** Makes pieces of speeches that are other workers' jobs. */
export function createPieceAssistant(
  speaker: Pick<Speaker, 'makePiece' | 'modelId'>,
  { onMade }: { onMade: () => void },
): AssistHandler {
  return async (task) => {
    const { model, phonemes, voice, speed } = pieceOrderSchema.parse(task);
    if (model !== speaker.modelId) throw new Error(`the piece is to be made by ${model}`);
    const audio = await speaker.makePiece({ phonemes, voice, speed } satisfies PieceTask);
    onMade();
    return encodePiece(audio);
  };
}

/** `u32 samples`, then the samples, then the frames of the tokens: between machines of one kind. */
export function encodePiece({ samples, tokenFrames }: PieceAudio): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(samples.length);
  return Buffer.concat([count, bytesOf(samples), bytesOf(tokenFrames)]);
}

/** @throws when it is no piece */
export function decodePiece(bytes: Buffer): PieceAudio {
  const samplesEnd = 4 + bytes.readUInt32LE(0) * floatBytes;
  if (samplesEnd > bytes.length || (bytes.length - samplesEnd) % floatBytes !== 0) {
    throw new Error(`${bytes.length} bytes are no piece`);
  }
  return {
    samples: floatsOf(bytes.subarray(4, samplesEnd)),
    tokenFrames: floatsOf(bytes.subarray(samplesEnd)),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A copy: floats must not begin at any byte. */
function floatsOf(bytes: Buffer): Float32Array {
  const floats = new Float32Array(bytes.length / floatBytes);
  bytes.copy(bytesOf(floats));
  return floats;
}
