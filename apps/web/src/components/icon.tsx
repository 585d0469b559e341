const paths = {
  play: 'M8 5.5v13l10.500-6.500z',
  pause: 'M8 5.500v13M16 5.500v13',
  stop: 'M7 7h10v10H7z',
  download: 'M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 19.500h14',
  copy: 'M9 9h10v11H9zM15 9V4.500H5V15h4',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  chevrons: 'm8 10 4-4 4 4M8 14l4 4 4-4',
  search: 'M11 17.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13m4.700-1.800L20 20',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8m0-13v1.500m0 15V21m9-9h-1.500m-15 0H3m15.400-6.400-1.100 1.100M6.700 17.300l-1.100 1.100m12.800 0-1.100-1.100M6.700 6.700 5.600 5.600',
  moon: 'M19.500 14.200A8 8 0 0 1 9.800 4.500a8 8 0 1 0 9.700 9.700',
  system: 'M4 5.500h16v10.500H4zM9 20h6m-3-4v4',
  alert: 'M12 8.500v4.500m0 3.200v.1M12 3.500 21.500 20h-19z',
  key: 'M14.500 13.500a4.500 4.500 0 1 0-4-2.500L4 17.500V20h3v-2h2v-2l2.500-2.500M15.500 8.500v.1',
  link: 'M9 7h8v8m0-8L7 17',
} as const;

const filled: ReadonlySet<string> = new Set(['play', 'stop']);

export type IconName = keyof typeof paths;

/** A decorative 24-unit icon; the control around it carries the name. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="shrink-0"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled.has(name) ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={name === 'pause' ? 3.5 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** A turning ring: something is on its way. */
export function Spinner({ size = 20 }: { size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="shrink-0 motion-safe:animate-spin"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.500"
      strokeLinecap="round"
    >
      <circle cx="12" cy="12" r="8" opacity=".25" />
      <path d="M20 12a8 8 0 0 0-8-8" />
    </svg>
  );
}
