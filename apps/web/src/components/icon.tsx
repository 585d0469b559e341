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
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'm6 6 12 12M18 6 6 18',
  shield:
    'M12 3.500 5 6v5.500c0 4.500 3 7.500 7 9 4-1.500 7-4.500 7-9V6zm-3 8.500 2.200 2.200L15.200 10',
  book: 'M12 6.500C10 5 7.500 4.700 4.500 5v13c3-.3 5.500 0 7.500 1.500 2-1.500 4.500-1.800 7.500-1.500V5c-3-.3-5.500 0-7.500 1.500m0 0v13',
  person:
    'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8m-7.500 8c.8-3.500 3.800-5.500 7.500-5.500s6.700 2 7.500 5.500',
  people:
    'M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7m-6.500 8c.6-3.300 3.200-5 6.500-5s5.900 1.700 6.500 5M16 5a3.300 3.300 0 0 1 0 6.300m2 3.700c2 .7 3.200 2.300 3.500 4.500',
  bell: 'M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500h4M12 3v2',
  list: 'M9 6.500h11M9 12h11M9 17.500h11M4 6.500h.1M4 12h.1M4 17.500h.1',
  logIn: 'M10 5h8.500v14H10M4 12h10m-3.500-3.500L14 12l-3.500 3.500',
  logOut: 'M14 5H5.500v14H14M10 12h10m-3.500-3.500L20 12l-3.500 3.500',
  eye: 'M2.500 12C4.500 8 8 5.800 12 5.800s7.500 2.200 9.500 6.200c-2 4-5.500 6.200-9.500 6.200S4.500 16 2.500 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  mail: 'M4 6h16v12H4zm.5.5L12 13l7.500-6.500',
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
