import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors.ts';
import { maxJsonBytes } from './limits.ts';

/** Lets the routes of `app` take a plain form as well: for protocols that are spoken so. */
export function acceptUrlEncoded(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: maxJsonBytes },
    (_request, body, done) => {
      const fields = [...new URLSearchParams(String(body))];
      const twice = fields.find(([name], at) => fields.findIndex(([n]) => n === name) !== at);
      if (twice) done(appearsTwice(twice[0]));
      else done(null, Object.fromEntries(fields));
    },
  );
}

function appearsTwice(name: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'invalid_field',
    param: name,
    detail: `${name}: appears twice in the form.`,
  });
}
