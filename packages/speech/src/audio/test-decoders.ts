import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { MPEGDecoder } from 'mpg123-decoder';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import { decodeWav } from './decode-wav.ts';

/** Decoders for tests that share no code with the encoders. */
export interface Decoded {
  samples: Float32Array;
  sampleRate: number;
}

/** mpg123, which drops what the Info tag says is padding. */
export async function decodeMp3(bytes: Uint8Array): Promise<Decoded> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    return takeMono(decoder.decode(bytes));
  } finally {
    decoder.free();
  }
}

export async function decodeOggOpus(bytes: Uint8Array): Promise<Decoded> {
  const decoder = new OggOpusDecoder();
  await decoder.ready;
  try {
    return takeMono(await decoder.decodeFile(bytes));
  } finally {
    decoder.free();
  }
}

export async function decodeFlac(bytes: Uint8Array): Promise<Decoded> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    return takeMono(await decoder.decodeFile(bytes));
  } finally {
    decoder.free();
  }
}

export async function decodeMonoWav(bytes: Uint8Array): Promise<Decoded> {
  const { samples, sampleRate } = decodeWav(bytes);
  return { samples, sampleRate };
}

/** ITU-T G.711 by its decoding tables' formulas. */
export function decodeMulaw(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => {
    const code = ~byte & 0xff;
    const magnitude = (((code & 0x0f) * 2 + 33) << ((code >> 4) & 7)) - 33;
    return ((code & 0x80 ? -1 : 1) * magnitude) / 8192;
  });
}

export function decodeAlaw(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => {
    const code = byte ^ 0x55;
    const segment = (code >> 4) & 7;
    const step = (code & 0x0f) * 2 + 1;
    const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
    return ((code & 0x80 ? 1 : -1) * magnitude) / 4096;
  });
}

function takeMono(decoded: {
  channelData: Float32Array[];
  sampleRate: number;
  errors: { message: string }[];
}): Decoded {
  if (decoded.errors.length > 0) throw new Error(decoded.errors[0].message);
  return { samples: decoded.channelData[0], sampleRate: decoded.sampleRate };
}
