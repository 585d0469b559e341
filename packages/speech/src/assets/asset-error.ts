/** A model file could not be had. The message is one line for the person at the console. */
export class AssetError extends Error {
  override name = 'AssetError';
  /** `host`: this source will not answer for other files either; `disk`: no source can help */
  readonly fault: 'file' | 'host' | 'disk';

  constructor(message: string, fault: AssetError['fault'] = 'file') {
    super(message);
    this.fault = fault;
  }
}
