import { type FoldedText, FoldedTextBuilder } from './fold-text.ts';
import { matchAt } from './scan.ts';

/** What a command of LaTeX stands for: a sign that is read as any other, or words. */
const COMMANDS = new Map(
  Object.entries({
    times: '×',
    cdot: '×',
    div: '÷',
    pm: '±',
    leq: '≤',
    le: '≤',
    geq: '≥',
    ge: '≥',
    neq: '≠',
    ne: '≠',
    approx: '≈',
    equiv: '≡',
    infty: '∞',
    sum: '∑',
    prod: '∏',
    int: '∫',
    partial: '∂',
    in: '∈',
    to: ' to ',
    rightarrow: ' to ',
    ldots: '…',
    dots: '…',
    left: '',
    right: '',
    quad: ' ',
    alpha: 'α',
    beta: 'β',
    gamma: 'γ',
    delta: 'δ',
    epsilon: 'ε',
    varepsilon: 'ε',
    zeta: 'ζ',
    eta: 'η',
    theta: 'θ',
    iota: 'ι',
    kappa: 'κ',
    lambda: 'λ',
    mu: 'μ',
    nu: 'ν',
    xi: 'ξ',
    pi: 'π',
    rho: 'ρ',
    sigma: 'σ',
    tau: 'τ',
    upsilon: 'υ',
    phi: 'φ',
    varphi: 'φ',
    chi: 'χ',
    psi: 'ψ',
    omega: 'ω',
    Gamma: 'Γ',
    Delta: 'Δ',
    Theta: 'Θ',
    Lambda: 'Λ',
    Xi: 'Ξ',
    Pi: 'Π',
    Sigma: 'Σ',
    Phi: 'Φ',
    Psi: 'Ψ',
    Omega: 'Ω',
    sin: 'sine ',
    cos: 'cosine ',
    tan: 'tangent ',
    log: 'log ',
    ln: 'natural log ',
    lim: 'limit ',
  }),
);
const COMMAND = /\\([A-Za-z]{2,12})(?![A-Za-z]) ?/y;
const FRACTION = /\\[dt]?frac\{([^{}]{1,60})\}\{([^{}]{1,60})\}/y;
const ROOT = /\\sqrt(?:\[(3)\])?\{([^{}]{1,60})\}/y;
const SUMS = new Map([
  ['sum', 'the sum'],
  ['prod', 'the product'],
  ['int', 'the integral'],
]);
const SUM = /\\(sum|prod|int)_\{([^{}]{1,40})\}\^(?:\{([^{}]{1,40})\}|([\w∞])) ?/y;
const TEXT = /\\(?:text|mathrm|mathbf|operatorname)\{([^{}]{1,60})\}/y;
/** A formula between dollar signs, which touch it, and not two prices. */
const FORMULA =
  /(?<![\\$\p{L}\d])(\$\$?)(?=[^\s$])(?=[^$]{0,400}[\\^_={}+<>]|[A-Za-z]\$)(?!\d[\d,.]*[kmb]?(?: |[-–]))[^$\n]{0,399}[^\s$\\]\1(?!\d)/gu;
/** Without any of these, dollar signs are prices. */
const HINT = /[\\^_=]|\$[A-Za-z]/;
/** Those that may stand outside a formula too. */
const LOOSE = /\\(?:[dt]?frac\{|sqrt[{[]|[A-Za-z]{2,12})/;

/** Brings simple LaTeX into signs and words that are read as elsewhere; other backslashes stay. */
export function foldMath(folded: FoldedText): FoldedText {
  const { text } = folded;
  const formulas = text.includes('$') && HINT.test(text) ? [...text.matchAll(FORMULA)] : [];
  if (formulas.length === 0 && !(text.includes('\\') && LOOSE.test(text))) return folded;
  const silent = new Set<number>();
  const inside = new Uint8Array(text.length);
  for (const { index, 0: written, 1: mark } of formulas) {
    for (let at = 0; at < mark.length; at++) {
      silent.add(index + at).add(index + written.length - 1 - at);
    }
    inside.fill(1, index, index + written.length);
  }
  const builder = new FoldedTextBuilder(text.length + 16);
  const put = (words: string, start: number, end: number) =>
    builder.add(words, folded.starts[start], folded.ends[end - 1]);
  for (let at = 0; at < text.length; ) {
    const command = text.charAt(at) === '\\' ? readCommand(folded, at) : undefined;
    if (command !== undefined) {
      put(command.words, at, command.end);
      at = command.end;
      continue;
    }
    const brace = inside[at] === 1 && /[{}]/.test(text.charAt(at));
    if (!silent.has(at) && !brace) put(text.charAt(at), at, at + 1);
    at++;
  }
  return builder.build();
}

function readCommand(folded: FoldedText, at: number): { words: string; end: number } | undefined {
  const fraction = matchAt(FRACTION, folded, at);
  if (fraction !== null) {
    const [written, above, below] = fraction;
    const numeric = /^\d+$/.test(above) && /^\d+$/.test(below);
    const words = numeric ? `${above}/${below}` : `${signs(above)} over ${signs(below)}`;
    return { words, end: at + written.length };
  }
  const root = matchAt(ROOT, folded, at);
  if (root !== null) {
    const sign = root[1] === undefined ? '√' : '∛';
    return { words: sign + signs(root[2]), end: at + root[0].length };
  }
  const sum = matchAt(SUM, folded, at);
  if (sum !== null) {
    const [written, name, from, to, last] = sum;
    const words = `${SUMS.get(name)} from ${signs(from)} to ${signs(to ?? last)} of `;
    return { words, end: at + written.length };
  }
  const plain = matchAt(TEXT, folded, at);
  if (plain !== null) return { words: plain[1], end: at + plain[0].length };
  const command = matchAt(COMMAND, folded, at);
  const sign = COMMANDS.get(command?.[1] ?? '');
  if (command === null || sign === undefined) return undefined;
  // A path may have a folder of that name.
  const before = folded.text.charAt(at - 1);
  if (/[\w:\\]/.test(before) && !/[}\d]/.test(before)) return undefined;
  const spaced = command[0].endsWith(' ') && !sign.endsWith(' ') ? ' ' : '';
  return { words: sign + spaced, end: at + command[0].length };
}

/** The commands within an argument. */
function signs(argument: string): string {
  return argument.replaceAll(/\\([A-Za-z]{2,12}) ?/g, (written, name: string) => {
    return COMMANDS.get(name) ?? written;
  });
}
