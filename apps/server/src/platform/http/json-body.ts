import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON as UTF-8 without repairs: bytes that are no text are refused, not replaced. */
export function parseJsonBodies(app: FastifyInstance, limitBytes: number): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limitBytes },
    (request, body, done) => {
      const { 'content-encoding': encoding = 'identity' } = request.headers;
      if (encoding !== 'identity') {
        done(packedBody(encoding));
        return;
      }
      let text: string;
      try {
        text = typeof body === 'string' ? body : utf8.decode(body);
      } catch (cause) {
        done(
          new DomainError({
            kind: 'invalid',
            code: 'invalid_encoding',
            detail: 'The body is not valid UTF-8.',
            cause,
          }),
        );
        return;
      }
      parse(request, text, done);
    },
  );
}

function packedBody(encoding: string): DomainError {
  return new DomainError({
    kind: 'unsupported_media',
    code: 'unsupported_media_type',
    param: 'Content-Encoding',
    detail: `Content-Encoding: a body is taken as it is, and not packed (${encoding.slice(0, 64)}).`,
  });
}
