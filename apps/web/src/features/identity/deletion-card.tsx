import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteAccount, exportAccount } from '../../api/account.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { Note } from '../../components/note.tsx';
import { saveFile } from '../../save-file.ts';
import { changeSession } from './session.ts';
import { useConfirmed } from './use-confirmed.tsx';

export function DeletionCard() {
  const [open, setOpen] = useState(false);
  const [dueAt, setDueAt] = useState<string>();
  const queryClient = useQueryClient();
  const { run, form } = useConfirmed();
  return (
    <Card
      title="Your data"
      lead="All that is kept of you as one file, and the way out. Nobody can bring back what was erased."
    >
      {dueAt === undefined ? (
        <div className="space-y-4">
          <div className="flex flex-wrap gap-3">
            <ActionButton
              label="Download my data"
              action={async () => saveFile(await exportAccount(), 'voiceflow-account.json')}
            />
            {!open && <Button onClick={() => setOpen(true)}>Delete my account</Button>}
          </div>
          {open && !form && (
            <div className="space-y-4 rounded-md bg-danger-soft p-4">
              <p>
                You are logged out everywhere at once, and the keys of teams that nobody else
                belongs to stop. Some days later your account is erased, with those teams; until
                then you can log in and keep it after all.
              </p>
              <div className="flex flex-wrap gap-3">
                <ActionButton
                  label="Delete my account"
                  look="danger"
                  action={() => run(async () => setDueAt(await deleteAccount()))}
                />
                <CancelButton onClick={() => setOpen(false)} />
              </div>
            </div>
          )}
          {form}
        </div>
      ) : (
        <Note>
          <p>
            Your account is erased on{' '}
            {new Date(dueAt).toLocaleDateString('en', { dateStyle: 'long' })}. Until then, log in to
            keep it.
          </p>
          <Button className="mt-3" onClick={() => void changeSession(queryClient)}>
            Close
          </Button>
        </Note>
      )}
    </Card>
  );
}
