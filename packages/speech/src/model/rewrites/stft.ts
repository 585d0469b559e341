import { type Graph, makeNode, type Node, replaceNodes, type Tensor, wire } from '../onnx/graph.ts';
import { floatScalar, longs, numbersOf, scalarOf, tensorOf } from '../onnx/tensor.ts';

/**
 * Turns the short-time Fourier transform of the excitation, which the runtime computes by a general
 * algorithm, into a convolution with its twenty windowed sines and cosines.
 *
 * As published: STFT(signal [1, n]) → [1, frames, bins, 2] → Transpose(0, 2, 1, 3) → Gather(0) for
 * the real part and Gather(1) for the imaginary one, each [1, bins, frames].
 */
export function makeStftConvolution(graph: Graph): Graph {
  const { consumers } = wire(graph);
  const constants = new Map<string, Tensor>();
  const replacements = new Map<Node, Node[]>();
  for (const stft of graph.nodes) {
    if (stft.opType !== 'STFT') continue;
    const [signal = '', step, window] = stft.inputs;
    const [transpose] = consumers(stft.outputs[0] ?? '');
    const parts = consumers(transpose?.outputs[0] ?? '');
    if (!transpose || parts.length !== 2 || !parts.every(({ opType }) => opType === 'Gather')) {
      throw new Error(`STFT ${stft.name}: is not as in the published Kokoro model`);
    }
    const name = stft.name;
    const hop = scalarOf(constant(step));
    const basis = fourierBasis(numbersOf(constant(window)));
    const bins = (basis.dims[0] ?? 0) / 2;
    constants.set(`${name}.basis`, basis).set(`${name}.axis`, longs(1));
    constants.set(`${name}.bins`, longs(bins, bins));
    const halves = [`${name}.real`, `${name}.imaginary`];
    replacements.set(stft, [
      makeNode('Unsqueeze', [signal, `${name}.axis`], `${name}.signal`),
      makeNode('Conv', [`${name}.signal`, `${name}.basis`], `${name}.spectrum`, {
        kernel_shape: { kind: 'ints', value: [basis.dims[2] ?? 0] },
        strides: { kind: 'ints', value: [hop] },
      }),
      makeNode('Split', [`${name}.spectrum`, `${name}.bins`], halves, {
        axis: { kind: 'int', value: 1 },
      }),
    ]);
    replacements.set(transpose, []);
    // Where nothing is voiced the real part may be exactly zero, and the phase is atan(im ÷ re).
    constants.set(`${name}.nonzero`, floatScalar(1e-30));
    for (const part of parts) {
      const half = halves[scalarOf(constant(part.inputs[1]))] ?? '';
      replacements.set(part, [makeNode('Add', [half, `${name}.nonzero`], part.outputs)]);
    }
  }
  return replaceNodes(graph, replacements, constants);

  function constant(name: string | undefined): Tensor {
    const tensor = graph.constants.get(name ?? '');
    if (!tensor) throw new Error(`${name} is not a constant`);
    return tensor;
  }
}

/** Far below what float32 resolves beside the real part, far above its rounding to zero. */
const trace = 1e-12;

/** Convolution weights [2 · bins, 1, size]: the real parts of bins 0 to size/2, then the imaginary. */
function fourierBasis(window: ArrayLike<number>): Tensor {
  const size = window.length;
  const bins = Math.floor(size / 2) + 1;
  const weights = new Float32Array(2 * bins * size);
  for (let bin = 0; bin < bins; bin++) {
    for (let i = 0; i < size; i++) {
      const angle = (2 * Math.PI * ((bin * i) % size)) / size;
      const real = bin * size + i;
      weights[real] = Math.cos(angle) * (window[i] ?? 0);
      // At 0 and at half the sample rate the sine is zero, and the phase of a negative real part is
      // by convention +π (as where the model was trained): a trace of the real part decides it.
      const isReal = (2 * bin) % size === 0;
      const sine = isReal ? trace * Math.cos(angle) : Math.sin(angle);
      weights[bins * size + real] = -sine * (window[i] ?? 0);
    }
  }
  return tensorOf(weights, [2 * bins, 1, size]);
}
