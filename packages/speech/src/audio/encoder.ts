/** 'opus' is Opus in Ogg; 'mulaw' and 'alaw' are headerless G.711. */
export type AudioFormat = 'wav' | 'pcm' | 'mp3' | 'opus' | 'flac' | 'aac' | 'mulaw' | 'alaw';

/** What every file says of its own making, wherever its container has room for metadata. */
export interface AudioTags {
  readonly requestId: string;
  readonly model: string;
  readonly voice: string;
}

/** Bytes that replace those at `offset` from the start of the file, once its length is known. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface EncodedEnd {
  /** The last bytes of the file. */
  readonly tail: Uint8Array;
  /** Sizes and totals for the header of a finished file. A live stream is valid without them. */
  readonly patches: readonly Patch[];
}

/**
 * Turns mono samples into a file, piece by piece. The bytes depend only on the options and on the
 * samples, not on how the samples were cut into calls.
 */
export interface Encoder {
  readonly contentType: string;
  /** Without the dot. */
  readonly extension: string;
  /** Takes samples (−1..1) and answers the bytes that are final by now, perhaps none. */
  encode(samples: Float32Array): Promise<Uint8Array>;
  /** Ends the file and frees what the encoder held. No call may follow but `close`. */
  finish(): Promise<EncodedEnd>;
  /** Frees what the encoder holds, for a file that is given up. Harmless after `finish`. */
  close(): void;
}

/** How one format's encoder is made: `sampleRate` is that of the samples it will be given. */
export interface FormatOptions {
  readonly sampleRate: number;
  readonly tags: AudioTags;
}
