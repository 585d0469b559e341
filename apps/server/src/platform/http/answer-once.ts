import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Actor, type Context, withTransaction } from '../context.ts';
import type { SecretBox } from '../secret-box.ts';
import { claimAnswer, type KnownAnswer, keepAnswer } from './answer-store.ts';
import { idempotencyKeyReused, idempotentAnswerLost } from './idempotency-key.ts';

interface Call<Schema extends z.ZodType> {
  readonly ctx: Context;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Of what is answered. */
  readonly schema: Schema;
  /** Does what was asked for, in the transaction of the context that it gets, and presents it. */
  readonly make: (ctx: Context) => Promise<z.output<Schema>>;
}

/** Makes something once for each Idempotency-Key, and answers it as often as that is sent. */
export type AnswerOnce = <Schema extends z.ZodType>(
  call: Call<Schema>,
) => Promise<z.output<Schema>>;

/** Problems of the routes that answer once. */
export const onceProblems = ['idempotency_key_reused', 'idempotent_answer_lost'] as const;

/**
 * What is made, that its key is used up and the answer are one transaction: of any number of equal
 * requests one makes it, and what failed leaves nothing behind. A key is its sender's own. Answers are
 * kept sealed, for some hold a secret that is shown nowhere else.
 */
export function createAnswerOnce(box: () => SecretBox): AnswerOnce {
  return async ({ ctx, request, reply, schema, make }) => {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return make(ctx);
    const senderId = senderOf(ctx.actor);
    const requestHash = requestHashOf(request);
    return withTransaction(ctx, async (ctx) => {
      const now = ctx.clock.now();
      const known = await claimAnswer(ctx.db, { senderId, key, requestHash, now });
      if (known) {
        const answer = await openAnswer(known, requestHash, box());
        reply.header('idempotency-replayed', 'true');
        return schema.parse(JSON.parse(answer));
      }
      const answer = await make(ctx);
      const sealedAnswer = await box().seal(JSON.stringify(answer));
      await keepAnswer(ctx.db, { senderId, key, sealedAnswer });
      return answer;
    });
  };
}

async function openAnswer(
  known: KnownAnswer,
  requestHash: string,
  box: SecretBox,
): Promise<string> {
  if (known.requestHash !== requestHash) throw idempotencyKeyReused();
  const answer = known.sealedAnswer === null ? undefined : await box.open(known.sealedAnswer);
  if (answer === undefined) throw idempotentAnswerLost();
  return answer;
}

function senderOf(actor: Actor): string {
  switch (actor.kind) {
    case 'key':
      return actor.keyId;
    case 'user':
    case 'person':
      return actor.userId;
    case 'system':
      throw new Error('a route without a credential cannot answer once');
  }
}

/** The team as it was asked for: the one that a person acts in by default may have become another. */
function requestHashOf({ method, url, headers, body }: FastifyRequest): string {
  const team = headers['x-voiceflow-team'] ?? null;
  return hash('sha256', JSON.stringify([method, url, team, body ?? null]), 'hex');
}
