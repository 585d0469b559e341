import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

/** A link within words. */
export const TextLink = createLink(({ className = '', ...rest }: ComponentProps<'a'>) => (
  <a
    {...rest}
    className={`rounded-sm font-medium text-primary underline underline-offset-2 hover:text-primary-hover ${className}`}
  />
));
