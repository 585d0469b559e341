/** One line of the table: what was measured, beside what, and what it ought to be. */
export interface Result {
  /** Part of the product; results of one benchmark replace its former ones. */
  benchmark: string;
  name: string;
  ours: string;
  peer: string;
  ratio: string;
  goal: string;
  met: boolean;
}

export function atLeast(ratio: number, goal: number): Pick<Result, 'ratio' | 'goal' | 'met'> {
  return { ratio: ratio.toFixed(2), goal: `≥ ${goal}`, met: ratio >= goal };
}

export function atMost(value: number, goal: number): Pick<Result, 'ratio' | 'goal' | 'met'> {
  return { ratio: value.toFixed(2), goal: `≤ ${goal}`, met: value <= goal };
}
