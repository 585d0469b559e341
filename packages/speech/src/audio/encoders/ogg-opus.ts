import { createHash } from 'node:crypto';
import { Application, createEncoder, type SampleRate, Signal } from 'libopus-wasm';
import { ByteCollector, concatBytes } from '../byte-collector.ts';
import { encodeVorbisComment } from '../disclosure.ts';
import type { Encoder, FormatOptions } from '../encoder.ts';
import { SampleBlocks } from '../sample-blocks.ts';
import { OggPageWriter } from './ogg-page.ts';

/** Granule positions and the pre-skip count samples of 48 kHz, whatever the input's rate. */
const granuleRate = 48_000;
const packetsPerSecond = 50;
/** A page of 200 ms: what a listener waits for at most, at 1.5 kbit/s of page headers. */
const packetsPerPage = 10;
/** Bits per second: above what RFC 7587, 3.1.1, recommends for mono speech of each bandwidth. */
const bitrates: Record<number, number> = {
  8000: 16_000,
  16000: 32_000,
  24000: 48_000,
  48000: 64_000,
};

/** Opus in Ogg (RFC 7845), mono, of the exact length of its input. */
export async function createOggOpusEncoder({ sampleRate, tags }: FormatOptions): Promise<Encoder> {
  const frameSize = sampleRate / packetsPerSecond;
  const opus = await createEncoder({
    sampleRate: checkOpusRate(sampleRate),
    channels: 1,
    application: Application.Audio,
    signal: Signal.Voice,
    bitrate: bitrates[sampleRate],
    frameSize,
  });
  const granulesPerSample = granuleRate / sampleRate;
  const lookahead = opus.getLookahead();
  const preSkip = lookahead * granulesPerSample;
  const serial = createHash('sha256').update(tags.requestId).digest().readUInt32LE(0);
  const pages = new OggPageWriter(serial);
  const blocks = new SampleBlocks(frameSize);
  const output = new ByteCollector();
  let pagePackets: Uint8Array[] = [];
  let packetCount = 0;
  let freed = false;

  output.push(pages.writePage([encodeHead(preSkip, sampleRate)], 0));
  output.push(pages.writePage([encodeTags(encodeVorbisComment(tags, 'libopus'))], 0));

  const encodeBlock = (block: Float32Array) => {
    if (pagePackets.length === packetsPerPage) {
      output.push(pages.writePage(pagePackets, packetCount * frameSize * granulesPerSample));
      pagePackets = [];
    }
    pagePackets.push(opus.encodeFloat(block).slice());
    packetCount++;
  };
  const close = () => {
    if (!freed) opus.free();
    freed = true;
  };

  return {
    contentType: 'audio/ogg; codecs=opus',
    extension: 'ogg',
    async encode(samples) {
      for (const block of blocks.push(samples)) encodeBlock(block);
      return output.take();
    },
    async finish() {
      const sampleCount = blocks.sampleCount;
      // Silence drives the last samples out of the encoder; the granule position cuts it off again.
      for (const block of blocks.push(new Float32Array(lookahead))) encodeBlock(block);
      encodeBlock(blocks.takeRest());
      output.push(pages.writePage(pagePackets, preSkip + sampleCount * granulesPerSample, true));
      close();
      return { tail: output.take(), patches: [] };
    },
    close,
  };
}

/** The identification header (RFC 7845, 5.1). */
function encodeHead(preSkip: number, inputSampleRate: number): Uint8Array {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(new TextEncoder().encode('OpusHead'));
  head[8] = 1;
  head[9] = 1;
  view.setUint16(10, preSkip, true);
  view.setUint32(12, inputSampleRate, true);
  return head;
}

function encodeTags(comment: Uint8Array): Uint8Array {
  return concatBytes([new TextEncoder().encode('OpusTags'), comment]);
}

function checkOpusRate(sampleRate: number): SampleRate {
  switch (sampleRate) {
    case 8000:
    case 16_000:
    case 24_000:
    case 48_000:
      return sampleRate;
    default:
      throw new RangeError(`Opus does not take ${sampleRate} Hz`);
  }
}
