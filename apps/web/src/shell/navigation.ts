import type { LinkProps } from '@tanstack/react-router';
import type { IconName } from '../components/icon.tsx';

export interface Destination {
  to: LinkProps['to'];
  label: string;
  icon: IconName;
  /** Makes sense to somebody with an account only. */
  forPerson?: true;
}

export const destinations: readonly Destination[] = [
  { to: '/', label: 'Playground', icon: 'play' },
  { to: '/security', label: 'Security', icon: 'shield', forPerson: true },
];
