import type { Problem } from '../../api/problem.ts';

export interface FieldErrors {
  text?: string;
  voice?: string;
  speed?: string;
  format?: string;
}

/** The problem at the field that it names, where the page has that field. */
export function readFieldErrors(problem: Problem | undefined): FieldErrors {
  switch (problem?.param) {
    case 'text':
      return { text: problem.detail };
    case 'voice':
      return { voice: problem.detail };
    case 'speed':
      return { speed: problem.detail };
    case 'format':
    case 'sample_rate':
      return { format: problem.detail };
    default:
      return {};
  }
}
