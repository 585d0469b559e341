import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  /** What it is, such as "key". */
  name: string;
  text: string;
}

/** Something to copy exactly as it is. */
export function CodeBlock({ name, text }: CodeBlockProps) {
  return (
    <div className="rounded-md bg-sunken p-4">
      <pre className="font-mono text-[13px] leading-5 break-all whitespace-pre-wrap">{text}</pre>
      <div className="mt-2 -mb-2 flex justify-end">
        <CopyButton text={text} label={`Copy the ${name}`} />
      </div>
    </div>
  );
}
