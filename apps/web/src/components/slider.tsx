import { Slider as BaseSlider } from '@base-ui/react/slider';

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  format: (value: number) => string;
  onChange: (value: number) => void;
}

export function Slider({ label, value, min, max, step, format, onChange }: SliderProps) {
  return (
    <BaseSlider.Root
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={step * 5}
      thumbAlignment="edge"
      onValueChange={(next) => onChange(Array.isArray(next) ? (next[0] ?? value) : next)}
    >
      <div className="flex items-baseline justify-between">
        <BaseSlider.Label className="text-sm font-medium">{label}</BaseSlider.Label>
        <BaseSlider.Value className="text-sm tabular-nums text-muted">
          {() => format(value)}
        </BaseSlider.Value>
      </div>
      <BaseSlider.Control className="flex touch-none items-center py-3 select-none">
        <BaseSlider.Track className="h-1.5 w-full rounded-full bg-border">
          <BaseSlider.Indicator className="rounded-full bg-primary" />
          <BaseSlider.Thumb
            getAriaValueText={(_formatted, number) => format(number)}
            className="size-5 cursor-grab rounded-full border-2 border-primary bg-surface shadow-card has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent"
          />
        </BaseSlider.Track>
      </BaseSlider.Control>
      <div aria-hidden="true" className="-mt-1 flex justify-between text-xs text-muted">
        <span>{format(min)}</span>
        <span>{format(max)}</span>
      </div>
    </BaseSlider.Root>
  );
}
