import type { LinkProps } from '@tanstack/react-router';
import type { Action } from '../api/permissions.ts';
import type { IconName } from '../components/icon.tsx';

export interface Destination {
  to: LinkProps['to'];
  label: string;
  icon: IconName;
  /** Makes sense to somebody with an account only. */
  forPerson?: true;
  /** Shown to whoever may do this in their team. */
  action?: Action;
  /** Shown to whoever looks after this server. */
  forOperator?: true;
}

export const destinations: readonly Destination[] = [
  { to: '/', label: 'Playground', icon: 'play' },
  { to: '/team', label: 'Team', icon: 'people', forPerson: true },
  { to: '/keys', label: 'API keys', icon: 'key', forPerson: true, action: 'keys.read' },
  {
    to: '/webhooks',
    label: 'Webhooks',
    icon: 'bell',
    forPerson: true,
    action: 'webhooks.read',
  },
  {
    to: '/audit-log',
    label: 'Audit log',
    icon: 'list',
    forPerson: true,
    action: 'audit.read',
  },
  {
    to: '/single-sign-on',
    label: 'Single sign-on',
    icon: 'logIn',
    forPerson: true,
    action: 'sso.manage',
  },
  { to: '/security', label: 'Security', icon: 'shield', forPerson: true },
  { to: '/dead-letters', label: 'Dead letters', icon: 'mail', forOperator: true },
];
