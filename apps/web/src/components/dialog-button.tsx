import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { ActionButton } from './action-button.tsx';
import { Button } from './button.tsx';
import { CancelButton } from './cancel-button.tsx';

interface DialogButtonProps {
  label: string;
  /** What it is called among others of the same label. */
  describedBy?: string;
  title: string;
  /** What the dialog holds; `close` gives the focus back to the button. */
  children: (close: () => void) => ReactNode;
}

/** A button that asks before it does something. */
export function DialogButton({ label, describedBy, title, children }: DialogButtonProps) {
  // Counted while it is open: a dialog that closes gives back the focus before it says so, and whoever
  // presses the button between the two gets another one.
  const [opened, setOpened] = useState(0);
  return (
    <>
      <Button
        size="small"
        aria-label={describedBy}
        aria-haspopup="dialog"
        onClick={() => setOpened((count) => count + 1)}
      >
        {label}
      </Button>
      {opened > 0 && (
        <Dialog
          key={opened}
          title={title}
          onClosed={() => setOpened((count) => (count === opened ? 0 : count))}
        >
          {children}
        </Dialog>
      )}
    </>
  );
}

interface DialogProps extends Pick<DialogButtonProps, 'title' | 'children'> {
  onClosed: () => void;
}

function Dialog({ title: asked, onClosed, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const heading = useId();
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    // The first button is mostly the one that is hard to undo: a second Enter must not press it.
    title.current?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={onClosed}
      className="card m-auto w-[min(30rem,calc(100vw-2rem))] p-6 text-left text-text backdrop:bg-black/50"
    >
      <h2 ref={title} id={heading} tabIndex={-1} className="text-lg break-words outline-none">
        {asked}
      </h2>
      <div className="mt-3 space-y-5">{children(() => dialog.current?.close())}</div>
    </dialog>
  );
}

interface ConfirmButtonProps extends Omit<DialogButtonProps, 'children'> {
  /** What follows from it. */
  told: ReactNode;
  action: () => Promise<void>;
}

/** A button for what is hard to undo: it says what follows, and asks. */
export function ConfirmButton({ told, action, ...button }: ConfirmButtonProps) {
  return (
    <DialogButton {...button}>
      {(close) => (
        <>
          <p className="break-words">{told}</p>
          <div className="flex flex-wrap gap-3">
            <ActionButton
              label={button.label}
              look="danger"
              action={async () => {
                await action();
                close();
              }}
            />
            <CancelButton onClick={close} />
          </div>
        </>
      )}
    </DialogButton>
  );
}
