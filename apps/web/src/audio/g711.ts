/** ITU-T G.711: the two companding laws of telephony, one byte a sample. */
export type CompandingLaw = 'mulaw' | 'alaw';

/** Decodes one G.711 byte to a 16-bit sample. Source: ITU-T G.711 (11/88), tables 1a and 2a. */
export function decodeG711(byte: number, law: CompandingLaw): number {
  return law === 'mulaw' ? decodeMulaw(byte) : decodeAlaw(byte);
}

function decodeMulaw(byte: number): number {
  const code = ~byte & 0xff;
  const exponent = (code >> 4) & 7;
  const magnitude = ((((code & 15) << 3) + 0x84) << exponent) - 0x84;
  return code & 0x80 ? -magnitude : magnitude;
}

function decodeAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}
