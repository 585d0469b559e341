import type { AudioTags } from './encoder.ts';

const maxTagLength = 200;
const textEncoder = new TextEncoder();

/** The name that files carry as their maker. */
export const maker = 'VoiceFlow';

/** The sentence that every file carries in its comment field. */
export function discloseOrigin(tags: AudioTags): string {
  return `This file is AI-generated (synthetic speech) by ${maker}, model ${tags.model}, voice ${tags.voice}, request ${tags.requestId}`;
}

/** The same facts as separate fields, for containers with free field names. */
export function describeOrigin(tags: AudioTags): [name: string, value: string][] {
  return [
    ['AI_GENERATED', 'true'],
    ['AI_MODEL', tags.model],
    ['AI_VOICE', tags.voice],
    ['REQUEST_ID', tags.requestId],
  ];
}

/** Throws a RangeError for a tag that would break a container: control characters, over 200 units. */
export function checkTags(tags: AudioTags): void {
  for (const [name, value] of Object.entries(tags)) {
    if (typeof value !== 'string' || value.length > maxTagLength || !value.isWellFormed()) {
      throw new RangeError(
        `tags.${name} must be well-formed text of at most ${maxTagLength} units`,
      );
    }
    if (/\p{Cc}/u.test(value)) {
      throw new RangeError(`tags.${name} must not contain control characters`);
    }
  }
}

/**
 * A Vorbis comment: vendor and fields, as Ogg-Opus (RFC 7845, 5.2) and FLAC (RFC 9639, 8.6)
 * carry it.
 */
export function encodeVorbisComment(tags: AudioTags, vendor: string): Uint8Array {
  const fields = [
    ['ENCODER', maker],
    ['ARTIST', `${maker} (AI-generated voice ${tags.voice})`],
    ['COMMENT', discloseOrigin(tags)],
    ...describeOrigin(tags),
  ].map(([name, value]) => textEncoder.encode(`${name}=${value}`));
  const vendorBytes = textEncoder.encode(vendor);
  const fieldsLength = fields.reduce((length, field) => length + 4 + field.length, 0);
  const bytes = new Uint8Array(8 + vendorBytes.length + fieldsLength);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const writeText = (text: Uint8Array) => {
    view.setUint32(offset, text.length, true);
    bytes.set(text, offset + 4);
    offset += 4 + text.length;
  };
  writeText(vendorBytes);
  view.setUint32(offset, fields.length, true);
  offset += 4;
  for (const field of fields) writeText(field);
  return bytes;
}
