const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const LOWERED = '₀₁₂₃₄₅₆₇₈₉';

/** The same digits on the line: "¹²" and "₁₂" are both "12". */
export function levelDigits(digits: string): string {
  return digits.replace(/\D/g, (digit) =>
    String(Math.max(RAISED.indexOf(digit), LOWERED.indexOf(digit))),
  );
}
