import { OutboundError, type Resolve, requestOutbound } from './request.ts';

const timeoutMs = 10_000;

/**
 * Posts to an address that somebody else chose, and answers the status. Reads no body, and takes ten
 * seconds at most. @throws OutboundError
 */
export async function postOutbound(options: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowLoopback: boolean;
  readonly resolve?: Resolve;
}): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const url = new URL(options.url);
    const response = await requestOutbound({ ...options, url, method: 'POST', signal });
    response.destroy();
    return response.statusCode ?? 0;
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (signal.aborted) throw new OutboundError(`no answer within ${timeoutMs / 1000} s`);
    throw new OutboundError(error instanceof Error ? error.message : String(error));
  }
}
