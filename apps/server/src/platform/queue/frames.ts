import { z } from 'zod';

/**
 * The wire between api and worker: `u32 length (of kind + body), u8 kind, body`, big-endian.
 * A body is JSON, except for `bytes` and `portion`: `u32 job` or `offer`, then raw bytes.
 */
const kinds = {
  hello: 1,
  job: 2,
  credit: 3,
  cancel: 4,
  event: 5,
  bytes: 6,
  end: 7,
  alive: 8,
  rest: 9,
  offer: 10,
  withdraw: 11,
  withdrawn: 12,
  assist: 13,
  assisted: 14,
  portion: 15,
} as const;

/** A longer frame is a broken or hostile peer: the connection is dropped. */
const maxFrameBytes = 4 * 1024 * 1024;

const jobNumber = z.number().int().nonnegative();
/** Of the worker that makes it. */
const offer = z.number().int().nonnegative();

/** `end.error.retry`: the job itself is sound, another attempt may succeed. */
const jsonFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), info: z.unknown(), assists: z.boolean() }),
  z.object({ type: z.literal('job'), job: jobNumber, window: z.number(), payload: z.unknown() }),
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('credit'), job: jobNumber, bytes: z.number() }),
  z.object({ type: z.literal('cancel'), job: jobNumber }),
  z.object({ type: z.literal('event'), job: jobNumber, event: z.string(), data: z.unknown() }),
  z.object({
    type: z.literal('rest'),
    job: jobNumber,
    forMs: z.number(),
    load: z.number(),
    computedSeconds: z.number(),
  }),
  z.object({
    type: z.literal('end'),
    job: jobNumber,
    error: z.object({ code: z.string(), detail: z.string(), retry: z.boolean() }).optional(),
  }),
  z.object({ type: z.literal('offer'), offer, job: jobNumber, task: z.unknown() }),
  z.object({ type: z.literal('withdraw'), offer }),
  z.object({ type: z.literal('withdrawn'), offer, begun: z.boolean() }),
  z.object({ type: z.literal('assist'), offer, task: z.unknown() }),
  z.object({ type: z.literal('assisted'), offer, computeSeconds: z.number().nullable() }),
]);

export type Frame =
  | z.infer<typeof jsonFrame>
  | { type: 'bytes'; job: number; bytes: Buffer }
  | { type: 'portion'; offer: number; bytes: Buffer };

/** About what a worker offers to others, between it, the api and whoever takes it. */
export type OfferFrame = Extract<Frame, { offer: number }>;

export function encodeFrame(frame: Frame): Buffer {
  if (frame.type === 'bytes' || frame.type === 'portion') {
    const buffer = Buffer.allocUnsafe(9 + frame.bytes.length);
    buffer.writeUInt32BE(5 + frame.bytes.length, 0);
    buffer.writeUInt8(kinds[frame.type], 4);
    buffer.writeUInt32BE(frame.type === 'bytes' ? frame.job : frame.offer, 5);
    frame.bytes.copy(buffer, 9);
    return buffer;
  }
  const body = Buffer.from(JSON.stringify(frame));
  const buffer = Buffer.allocUnsafe(5 + body.length);
  buffer.writeUInt32BE(1 + body.length, 0);
  buffer.writeUInt8(kinds[frame.type], 4);
  body.copy(buffer, 5);
  return buffer;
}

function parseFrame(kind: number, body: Buffer): Frame {
  if (kind === kinds.bytes) {
    return { type: 'bytes', job: body.readUInt32BE(0), bytes: body.subarray(4) };
  }
  if (kind === kinds.portion) {
    return { type: 'portion', offer: body.readUInt32BE(0), bytes: body.subarray(4) };
  }
  const frame = jsonFrame.parse(JSON.parse(body.toString('utf8')));
  if (kinds[frame.type] !== kind) throw new Error(`frame kind ${kind} carries ${frame.type}`);
  return frame;
}

const lengthBytes = 4;

/** Cuts a byte stream into frames, whatever chunks it arrives in. Throws on a malformed frame. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private heldBytes = 0;
  /** Of the next frame, once it is known. */
  private frameBytes: number | undefined;

  *push(chunk: Buffer): Generator<Frame> {
    this.chunks.push(chunk);
    this.heldBytes += chunk.length;
    while (this.heldBytes >= (this.frameBytes ?? lengthBytes)) {
      if (this.frameBytes === undefined) {
        this.frameBytes = this.take(lengthBytes).readUInt32BE(0);
        if (this.frameBytes < 1 || this.frameBytes > maxFrameBytes - lengthBytes) {
          throw new Error(`frame of ${this.frameBytes} bytes`);
        }
        continue;
      }
      const frame = this.take(this.frameBytes);
      this.frameBytes = undefined;
      yield parseFrame(frame.readUInt8(0), frame.subarray(1));
    }
  }

  /** A copy: whoever keeps it keeps nothing else of the chunks that it came in. */
  private take(bytes: number): Buffer {
    const taken = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    while (at < bytes) {
      const [chunk] = this.chunks;
      if (!chunk) throw new RangeError('more is taken than is held');
      const copied = chunk.copy(taken, at);
      at += copied;
      if (copied === chunk.length) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(copied);
    }
    this.heldBytes -= bytes;
    return taken;
  }
}
