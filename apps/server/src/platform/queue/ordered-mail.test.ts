import { expect, test } from 'vitest';
import { OrderedMail } from './ordered-mail.ts';

/** A mailbox that takes its letters when the test says so. */
function openMail() {
  const deliveries: { messages: unknown[]; end: PromiseWithResolvers<void> }[] = [];
  const failures: unknown[] = [];
  const mail = new OrderedMail({
    leave(letters) {
      const end = Promise.withResolvers<void>();
      deliveries.push({ messages: letters.map(({ message }) => message), end });
      return end.promise;
    },
    onFailed: (error) => failures.push(error),
  });
  const messages = () => deliveries.map((delivery) => delivery.messages);
  return { mail, deliveries, messages, failures };
}

test('what comes while a letter is under way goes along together, in order', async () => {
  const { mail, deliveries, messages } = openMail();
  for (const message of [1, 2, 3]) await mail.send({ message });
  expect(messages()).toEqual([[1]]);
  deliveries[0]?.end.resolve();
  await expect.poll(messages).toEqual([[1], [2, 3]]);
  const arrived = mail.arrived();
  await mail.send({ message: 4 });
  deliveries[1]?.end.resolve();
  await expect.poll(messages).toEqual([[1], [2, 3], [4]]);
  deliveries[2]?.end.resolve();
  await arrived;
});

test('whoever sends faster than letters arrive is held up', async () => {
  const { mail, deliveries, messages } = openMail();
  let sent = 0;
  const sending = (async () => {
    for (; sent < 200; sent += 1) await mail.send({ message: sent });
  })();
  await expect.poll(() => sent).toBe(64);
  deliveries[0]?.end.resolve();
  await expect.poll(() => deliveries.length).toBe(2);
  expect(sent).toBe(64);
  for (let n = 1; sent < 200; n += 1) {
    await expect.poll(() => deliveries.length).toBeGreaterThan(n);
    deliveries[n]?.end.resolve();
  }
  await sending;
  expect(messages().flat()).toEqual(Array.from({ length: messages().flat().length }, (_, n) => n));
});

test('a mailbox that is gone is told of once, and takes nothing more', async () => {
  const { mail, deliveries, messages, failures } = openMail();
  await mail.send({ message: 1 });
  await mail.send({ message: 2 });
  deliveries[0]?.end.reject(new Error('nobody reads there'));
  await expect(mail.arrived()).rejects.toThrow('nobody reads there');
  expect(failures).toHaveLength(1);
  await mail.send({ message: 3 });
  await expect(mail.arrived()).rejects.toThrow('nobody reads there');
  expect(messages()).toEqual([[1]]);
});
