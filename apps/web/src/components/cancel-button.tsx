import { Button } from './button.tsx';

export function CancelButton({ onClick }: { onClick: () => void }) {
  return (
    <Button look="quiet" onClick={onClick}>
      Cancel
    </Button>
  );
}
