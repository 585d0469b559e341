import { Card } from '../../components/card.tsx';

/** Where keys do not belong, and what does. */
export function ClientTokensCard() {
  return (
    <Card
      title="For web pages and apps"
      lead="A key in a page is everybody's who opens it. Let your own server ask for a token instead, which is short, for one origin and within a budget."
    >
      <p>
        Your server, with its key, calls <code className="font-mono">POST /v1/client-tokens</code>{' '}
        for each visitor; the page then speaks with the token.{' '}
        <a href="/docs/api" className="font-medium text-primary underline underline-offset-2">
          See the API reference
        </a>
        .
      </p>
    </Card>
  );
}
