import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { silentLog } from '../log.ts';
import { type Mail, renderMail } from './mail.ts';
import { openMailSender } from './mail-sender.ts';
import { queueMail } from './queue-mail.ts';

interface Received {
  readonly recipients: readonly string[];
  readonly message: string;
}

let database: TestDatabase;
let clock: ManualClock;
let received: Received[];
let refuse: string | undefined;
let server: SMTPServer;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      done(username === 'user' && password === 'secret' ? null : new Error('no'), { user: 1 }),
    onData(stream, session, done) {
      let message = '';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        message += text;
      });
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        if (refuse === undefined) received.push({ recipients, message });
        done(refuse === undefined ? null : new Error(refuse));
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  url = `smtp://user:secret@127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await database?.close();
});
beforeEach(() => {
  clock = new ManualClock();
  received = [];
  refuse = undefined;
});
afterEach(() => database.db.deleteFrom('mails').execute());

const mail = renderMail('ada@example.com', {
  subject: 'Grüße & <b>more</b>',
  paragraphs: ['One <script>alert(1)</script>', 'Two'],
  action: { label: 'Open', url: 'https://voice.example.com/x#token="a"' },
  footnote: 'Because.',
});

function queue(what: Mail = mail): Promise<void> {
  return queueMail(createTestContext(database.db, { clock }), what);
}

function open(smtpUrl = url) {
  const smtp = { url: smtpUrl, from: 'VoiceFlow <no-reply@voice.example.com>' };
  return openMailSender({ db: database.db, clock, log: silentLog, smtp });
}

describe('mail over SMTP', () => {
  it('arrives once, in text and HTML that follows light and dark', async () => {
    await queue();
    const sender = open();
    expect([await sender.sendDue(), await sender.sendDue()]).toEqual([1, 0]);
    await sender.close();
    expect(received).toHaveLength(1);
    const { recipients, message = '' } = received[0] ?? {};
    expect(recipients).toEqual(['ada@example.com']);
    expect(message).toMatch(/^From: VoiceFlow <no-reply@voice\.example\.com>\r$/m);
    expect(message).toMatch(/^To: ada@example\.com\r$/m);
    expect(message).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(message).toMatch(/^Auto-Submitted: auto-generated\r$/im);
    expect(message).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(message).toContain('Content-Type: text/plain');
    expect(message).toContain('Content-Type: text/html');
    expect(message).toContain('prefers-color-scheme: dark');
    expect(message).not.toMatch(/^<script>/m);
  });

  it('is forgotten once it is sent: it may hold a token', async () => {
    await queue();
    const sender = open();
    await sender.sendDue();
    await sender.close();
    const row = await database.db.selectFrom('mails').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ body_text: '', body_html: '', attempts: 1 });
    expect(row.sent_at).toEqual(clock.now());
  });

  it('goes out once from two processes', async () => {
    await Promise.all(Array.from({ length: 20 }, () => queue()));
    const senders = [open(), open()];
    const counts = [0, 0];
    for (let round = 0; round < 3; round += 1) {
      const sent = await Promise.all(senders.map((sender) => sender.sendDue()));
      sent.forEach((count, index) => {
        counts[index] = (counts[index] ?? 0) + count;
      });
    }
    await Promise.all(senders.map((sender) => sender.close()));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(20);
    expect(received).toHaveLength(20);
  });

  it('is tried again later and later when it is refused or nobody answers', async () => {
    await queue();
    refuse = '451 come back later';
    const sender = open();
    expect(await sender.sendDue()).toBe(0);
    const nowhere = open('smtp://127.0.0.1:1');
    clock.advance(9_999);
    expect(await sender.sendDue()).toBe(0);
    clock.advance(1);
    expect(await nowhere.sendDue()).toBe(0);
    refuse = undefined;
    clock.advance(19_999);
    expect(await sender.sendDue()).toBe(0);
    clock.advance(1);
    expect(await sender.sendDue()).toBe(1);
    await Promise.all([sender.close(), nowhere.close()]);
  });

  it('does not go out when the transaction that asked for it fails', async () => {
    const ctx = createTestContext(database.db, { clock });
    const failed = database.db.transaction().execute(async (db) => {
      await queueMail({ ...ctx, db }, mail);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    const sender = open();
    expect(await sender.sendDue()).toBe(0);
    await sender.close();
  });

  it.each([
    { to: 'ada@example.com\r\nBcc: eve@example.com' },
    { to: 'ada@example.com, eve@example.com' },
    { subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nInjected' },
    { to: 'ada@example.com> ORCPT=x' },
  ])('grows no headers and no recipients from %o', async (fields) => {
    await queue({ ...mail, ...fields });
    const sender = open();
    await sender.sendDue();
    await sender.close();
    for (const { recipients, message } of received) {
      expect(recipients).not.toContain('eve@example.com');
      expect(recipients.length).toBeLessThanOrEqual(1);
      expect(message).not.toMatch(/^Bcc:/im);
    }
  });

  it('without a server waits in the mailbox, for a week', async () => {
    await queue();
    const none = openMailSender({ db: database.db, clock, log: silentLog, smtp: undefined });
    expect(await none.sendDue()).toBe(0);
    clock.advance(8 * 24 * 60 * 60_000);
    await none.deleteOld();
    expect(await database.db.selectFrom('mails').selectAll().execute()).toEqual([]);
    await none.close();
  });
});

describe('renderMail', () => {
  it('says the same in text and in HTML, where nothing is markup that came from outside', () => {
    expect(mail.text).toBe(
      'One <script>alert(1)</script>\n\nTwo\n\nOpen:\nhttps://voice.example.com/x#token="a"\n\nBecause.\n',
    );
    expect(mail.html).toContain('One &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.html).toContain('href="https://voice.example.com/x#token=&quot;a&quot;"');
    expect(mail.html).toContain('<title>Grüße &amp; &lt;b&gt;more&lt;/b&gt;</title>');
  });
});
