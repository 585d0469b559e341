import { type ReactNode, useEffect } from 'react';
import { Button } from '../../components/button.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { focusPageHeading } from '../../shell/page.tsx';
import { MailboxHint } from './mailbox-hint.tsx';

interface MailSentProps {
  to: string;
  onAgain: () => void;
  /** What the mail is for. */
  children: ReactNode;
}

/** Comes in the place of the form that asked for a mail. */
export function MailSent({ to, onAgain, children }: MailSentProps) {
  useEffect(focusPageHeading, []);
  return (
    <AccountLayout
      title="Check your mail"
      lead={
        <>
          A mail to <strong className="break-all text-text">{to}</strong> is on its way. {children}
        </>
      }
    >
      <p className="text-muted">
        Nothing there after some minutes? Look among the unwanted mail, and whether the address is
        right.
      </p>
      <MailboxHint />
      <Button className="mt-6" onClick={onAgain}>
        Try again
      </Button>
    </AccountLayout>
  );
}
