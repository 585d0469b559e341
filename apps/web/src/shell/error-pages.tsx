import { problemOf } from '../api/problem.ts';
import { TextLink } from '../components/text-link.tsx';
import { AccountLayout } from './account-layout.tsx';

export function BrokenPage({ error }: { error: unknown }) {
  return (
    <AccountLayout title="This page broke" lead={problemOf(error).detail}>
      <a href="/" className="font-medium text-primary underline">
        Load it anew
      </a>
    </AccountLayout>
  );
}

export function MissingPage() {
  return (
    <AccountLayout
      title="There is no such page"
      lead="The address is mistyped, or the page has moved."
    >
      <TextLink to="/">To the playground</TextLink>
    </AccountLayout>
  );
}
