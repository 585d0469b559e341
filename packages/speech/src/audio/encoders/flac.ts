import flac from 'libflacjs/dist/libflac.js';
import { ByteCollector, concatBytes } from '../byte-collector.ts';
import { encodeVorbisComment } from '../disclosure.ts';
import type { EncodedEnd, Encoder, FormatOptions } from '../encoder.ts';
import { quantisePcm16 } from '../pcm16.ts';

const compressionLevel = 5;
/** Samples that a listener waits for: 48 ms at 24 kHz. Speech takes 2 to 3 % less than with 4096. */
const blockSize = 1152;
const streamInfoLength = 34;
/** Where STREAMINFO's content lies: behind "fLaC" and its own block header. */
const streamInfoOffset = 8;

/** FLAC (RFC 9639), 16-bit mono. The patch completes STREAMINFO: length, frame sizes and MD5. */
export async function createFlacEncoder({ sampleRate, tags }: FormatOptions): Promise<Encoder> {
  if (!flac.isReady()) await new Promise<void>((resolve) => flac.on('ready', () => resolve()));
  const output = new ByteCollector();
  const streamInfo = new Uint8Array(streamInfoLength);
  let blocksSeen = 0;
  let handle = flac.create_libflac_encoder(
    sampleRate,
    1,
    16,
    compressionLevel,
    0,
    false,
    blockSize,
  );
  if (handle === 0) throw new Error('libFLAC made no encoder');

  // libFLAC calls back once for the marker and once for each metadata block, with no samples in it.
  const write = (bytes: Uint8Array, _length: number, sampleCount: number) => {
    if (sampleCount > 0) {
      output.push(bytes.slice());
    } else if (++blocksSeen === 2) {
      streamInfo.set(bytes.subarray(4, 4 + streamInfoLength));
      output.push(encodeHeader(streamInfo, encodeVorbisComment(tags, 'libFLAC')));
    }
  };
  const complete = (totals: StreamTotals | undefined) => {
    if (totals) completeStreamInfo(streamInfo, totals);
  };
  const status = flac.init_encoder_stream(handle, write, complete);
  if (status !== 0) throw new Error(`libFLAC did not start: status ${status}`);

  const close = () => {
    if (handle !== 0) flac.FLAC__stream_encoder_delete(handle);
    handle = 0;
  };

  return {
    contentType: 'audio/flac',
    extension: 'flac',
    async encode(samples) {
      const integers = Int32Array.from(quantisePcm16(samples));
      if (!flac.FLAC__stream_encoder_process_interleaved(handle, integers, integers.length)) {
        throw new Error(`libFLAC refused: state ${flac.FLAC__stream_encoder_get_state(handle)}`);
      }
      return output.take();
    },
    async finish(): Promise<EncodedEnd> {
      flac.FLAC__stream_encoder_finish(handle);
      close();
      return {
        tail: output.take(),
        patches: [{ offset: streamInfoOffset, bytes: streamInfo }],
      };
    },
    close,
  };
}

/** What libFLAC knows at the end, in libflacjs's names. */
interface StreamTotals {
  readonly min_framesize: number;
  readonly max_framesize: number;
  readonly total_samples: number;
  readonly md5sum: string;
}

function encodeHeader(streamInfo: Uint8Array, comment: Uint8Array): Uint8Array {
  return concatBytes([
    new TextEncoder().encode('fLaC'),
    encodeBlockHeader(0, streamInfoLength, false),
    streamInfo.slice(),
    encodeBlockHeader(4, comment.length, true),
    comment,
  ]);
}

function encodeBlockHeader(type: number, length: number, isLast: boolean): Uint8Array {
  return Uint8Array.of((isLast ? 0x80 : 0) | type, length >> 16, length >> 8, length);
}

/** RFC 9639, 8.2: 24-bit frame sizes from byte 4, 36-bit sample count to byte 17, then the MD5. */
function completeStreamInfo(streamInfo: Uint8Array, totals: StreamTotals): void {
  const view = new DataView(streamInfo.buffer);
  view.setUint16(4, totals.min_framesize >> 8);
  view.setUint8(6, totals.min_framesize);
  view.setUint16(7, totals.max_framesize >> 8);
  view.setUint8(9, totals.max_framesize);
  const countHigh = Math.floor(totals.total_samples / 2 ** 32) & 0x0f;
  view.setUint8(13, (view.getUint8(13) & 0xf0) | countHigh);
  view.setUint32(14, totals.total_samples % 2 ** 32);
  streamInfo.set(Buffer.from(totals.md5sum, 'hex'), 18);
}
