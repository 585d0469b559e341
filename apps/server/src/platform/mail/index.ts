export { type Mail, renderAlert, renderMail } from './mail.ts';
export { type MailSender, openMailSender } from './mail-sender.ts';
export { addMailboxPage, type MailboxOptions } from './mailbox-page.ts';
export { queueMail } from './queue-mail.ts';
export { deleteMailsTo } from './store.ts';
