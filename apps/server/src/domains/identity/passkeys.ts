import { type Context, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requireConfirmation } from './confirm.ts';
import { invalidPasskey, passkeyNotFound, passkeyTaken, tooManyPasskeys } from './errors.ts';
import { passkeyAddedMail, passkeyRemovedMail } from './mails.ts';
import type { RegistrationInput } from './passkey-schema.ts';
import {
  deletePasskey,
  insertPasskey,
  listPasskeysOfUser,
  type Passkey,
  renamePasskey,
} from './passkey-store.ts';
import { getMe } from './service.ts';
import { lockUser } from './store.ts';
import { describeUserAgent } from './user-agent.ts';
import { keepOneWayIn } from './ways-in.ts';
import { createRegistrationOptions, verifyRegistration } from './webauthn.ts';

const maxPasskeys = 20;

/** The caller's passkeys, newest first. @throws DomainError `user_required` */
export async function listPasskeys({ ctx }: { readonly ctx: Context }): Promise<Passkey[]> {
  const { id } = await getMe({ ctx });
  return listPasskeysOfUser(ctx.db, id);
}

/**
 * What the caller's browser needs to make a passkey, for who has confirmed that it is them.
 * @throws DomainError `confirmation_required`, `too_many_passkeys`, `user_required`
 */
export async function proposePasskey({
  ctx,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly publicUrl: string;
}) {
  const user = await getMe({ ctx });
  await requireConfirmation(ctx);
  const passkeys = await listPasskeysOfUser(ctx.db, user.id);
  if (passkeys.length >= maxPasskeys) throw tooManyPasskeys(maxPasskeys);
  return createRegistrationOptions(ctx, { publicUrl, user, passkeys });
}

/**
 * Adds the passkey that the browser has made to the caller's account, and tells its owner by mail.
 * @throws DomainError `invalid_passkey`, `passkey_taken`, `too_many_passkeys`, `user_required`
 */
export async function addPasskey({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly name?: string | undefined; readonly response: RegistrationInput };
  readonly publicUrl: string;
}): Promise<Passkey> {
  const { id: userId, email } = await getMe({ ctx });
  const verified = await verifyRegistration(ctx, { publicUrl, userId, response: input.response });
  if (!verified) throw invalidPasskey('response');
  const name = input.name ?? (await nameOfBrowser(ctx));
  return withTransaction(ctx, async (ctx) => {
    await lockUser(ctx.db, userId);
    const known = await listPasskeysOfUser(ctx.db, userId);
    if (known.length >= maxPasskeys) throw tooManyPasskeys(maxPasskeys);
    const createdAt = ctx.clock.now();
    const passkey = await insertPasskey(ctx.db, { ...verified, userId, name, createdAt });
    if (!passkey) throw passkeyTaken();
    await queueMail(ctx, passkeyAddedMail(email, publicUrl, name));
    await recordPasskeyEvent(ctx, passkey.id, 'passkey.added');
    return passkey;
  });
}

/** @throws DomainError `passkey_not_found`, `user_required` */
export async function changePasskeyName({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly name: string };
}): Promise<Passkey> {
  const { id: userId } = await getMe({ ctx });
  return withTransaction(ctx, async (ctx) => {
    const passkey = await renamePasskey(ctx.db, { ...input, userId });
    if (!passkey) throw passkeyNotFound();
    await recordPasskeyEvent(ctx, passkey.id, 'passkey.renamed');
    return passkey;
  });
}

/**
 * Takes a passkey off the caller's account, for who has confirmed that it is them, unless nothing else
 * opens it, and tells its owner by mail. @throws DomainError `passkey_not_found`, `last_way_in`, `confirmation_required`
 */
export async function removePasskey({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
  readonly publicUrl: string;
}): Promise<void> {
  const { id: userId, email } = await getMe({ ctx });
  await requireConfirmation(ctx);
  await withTransaction(ctx, async (ctx) => {
    await lockUser(ctx.db, userId);
    const passkeys = await listPasskeysOfUser(ctx.db, userId);
    const passkey = passkeys.find(({ id }) => id === input.id);
    if (!passkey) throw passkeyNotFound();
    await keepOneWayIn(ctx, userId);
    await deletePasskey(ctx.db, passkey.id);
    await queueMail(ctx, passkeyRemovedMail(email, publicUrl, passkey.name));
    await recordPasskeyEvent(ctx, input.id, 'passkey.removed');
  });
}

async function nameOfBrowser(ctx: Context): Promise<string> {
  const { browser, os } = await describeUserAgent(ctx.userAgent);
  return ([browser, os].filter(Boolean).join(' on ') || 'Passkey').slice(0, 100);
}

function recordPasskeyEvent(ctx: Context, id: string, eventType: string): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: { eventType, teamId: null, resource: { type: 'passkey', id } },
  });
}
