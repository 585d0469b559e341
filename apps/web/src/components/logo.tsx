/** The wave in its leaf-green tile; the words beside it name it. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" fill="#2d5a47" />
      <g fill="none" strokeWidth="3" strokeLinecap="round">
        <path stroke="#f7faf8" d="M7 14v4M12 10v12M22 12v8M26.500 14.500v3" />
        <path stroke="#d99a5b" d="M17 7v18" />
      </g>
    </svg>
  );
}
