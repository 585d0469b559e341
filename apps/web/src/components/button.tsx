import { Button as BaseButton } from '@base-ui/react/button';
import type { ComponentProps } from 'react';

const looks = {
  primary:
    'bg-primary text-on-primary hover:bg-primary-hover data-disabled:bg-border data-disabled:text-muted',
  secondary: 'control hover:bg-primary-soft data-disabled:opacity-60',
  danger: 'bg-danger text-on-danger hover:opacity-90 data-disabled:opacity-60',
  quiet: 'text-muted hover:bg-primary-soft hover:text-text data-disabled:opacity-60',
} as const;

const sizes = {
  small: 'min-h-9 px-3 text-sm gap-2',
  medium: 'min-h-11 px-4 text-[15px] gap-2',
  icon: 'size-9 justify-center',
  largeIcon: 'size-11 justify-center',
} as const;

interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className'> {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  className?: string;
}

export function Button({
  look = 'secondary',
  size = 'medium',
  className = '',
  ...rest
}: ButtonProps) {
  return (
    <BaseButton
      className={`inline-flex shrink-0 cursor-pointer items-center justify-center rounded-sm font-medium whitespace-nowrap select-none motion-safe:transition-colors data-disabled:cursor-default ${looks[look]} ${sizes[size]} ${className}`}
      {...rest}
    />
  );
}
