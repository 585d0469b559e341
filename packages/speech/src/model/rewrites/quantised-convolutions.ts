import { type Graph, makeNode, type Node, replaceNodes, type Tensor, wire } from '../onnx/graph.ts';
import { byteScalar, floatScalar, numbersOf, tensorOf } from '../onnx/tensor.ts';

/** The least and the greatest value of each channel. */
export interface ChannelRanges {
  low: Float32Array;
  high: Float32Array;
}

/** The values that a convolution's input and output take, for each channel. */
export interface ConvolutionRanges {
  inputLow: Float32Array;
  inputHigh: Float32Array;
  outputLow: Float32Array;
  outputHigh: Float32Array;
}

/** Ranges by the name of the convolution's output. */
export type Calibration = ReadonlyMap<string, ConvolutionRanges>;

/**
 * Turns the calibrated float convolutions into static 8-bit ones: uint8 activations, int8 weights,
 * 32-bit sums (the pairing that VNNI and its like multiply fastest).
 *
 * QLinearConv knows one scale for its input and one for its output, yet the channels' ranges differ
 * by orders of magnitude. So each input channel has its own scale s, with one zero point for all:
 * s goes into that channel's weights. Each output channel's scale goes into the scale of its
 * weights, its zero point into the bias. Neither costs an operation. A factor per channel in front
 * of the convolution (the 1/α of Snake) is folded into s as well.
 */
export function quantiseConvolutions(graph: Graph, calibration: Calibration): Graph {
  const { producer } = wire(graph);
  const constants = new Map<string, Tensor>([['quantised.one', floatScalar(1)]]);
  const replacements = new Map<Node, Node[]>();
  for (const [output, ranges] of calibration) {
    const node = producer.get(output);
    if (node?.opType !== 'Conv') throw new Error(`calibration: ${output} is no convolution`);
    replacements.set(node, quantiseOne(node, output, ranges));
  }
  return replaceNodes(graph, replacements, constants);

  function quantiseOne(node: Node, output: string, ranges: ConvolutionRanges): Node[] {
    const weights = constant(node.inputs[1]);
    const bias = node.inputs[2] ? numbersOf(constant(node.inputs[2])) : undefined;
    const input = scaleInput(ranges);
    const quantised = quantiseWeights(weights, input.scales);
    const result = scaleChannels({ low: ranges.outputLow, high: ranges.outputHigh });
    const channels = quantised.scales.length;
    const define = (part: string, tensor: Tensor): string => {
      constants.set(`${output}.${part}`, tensor);
      return `${output}.${part}`;
    };
    const perChannel = (part: string, value: (channel: number) => number): string =>
      define(part, tensorOf(Float32Array.from({ length: channels }, (_, c) => value(c))));

    const source = unscaled(node.inputs[0] ?? '');
    const inputScales = input.scales.map((scale, c) => scale / (source.factors?.[c] ?? 1));
    return [
      makeNode(
        'QuantizeLinear',
        [
          source.value,
          define('input-scales', tensorOf(Float32Array.from(inputScales))),
          define('input-zeros', tensorOf(new Uint8Array(inputScales.length).fill(input.zero))),
        ],
        `${output}.input-codes`,
        { axis: { kind: 'int', value: 1 } },
      ),
      {
        ...makeNode(
          'QLinearConv',
          [
            `${output}.input-codes`,
            'quantised.one',
            define('input-zero', byteScalar(input.zero)),
            define('weights', tensorOf(quantised.codes, weights.dims)),
            perChannel('weight-scales', (c) => at(quantised.scales, c) / at(result.scales, c)),
            define('weight-zeros', tensorOf(new Int8Array(channels))),
            'quantised.one',
            define('output-zero', byteScalar(outputCentre)),
            define('bias', tensorOf(Int32Array.from({ length: channels }, (_, c) => biasOf(c)))),
          ],
          `${output}.codes`,
        ),
        attributes: node.attributes,
      },
      makeNode(
        'DequantizeLinear',
        [
          `${output}.codes`,
          perChannel('output-scales', (c) => at(result.scales, c)),
          define('output-zeros', tensorOf(result.zeros)),
        ],
        output,
        { axis: { kind: 'int', value: 1 } },
      ),
    ];

    /** In units of the 32-bit sum; shifts the codes from the common zero to the channel's own. */
    function biasOf(channel: number): number {
      const shift = (at(result.zeros, channel) - outputCentre) * at(result.scales, channel);
      return Math.round(((bias?.[channel] ?? 0) + shift) / at(quantised.scales, channel));
    }
  }

  /** The value in front of a product with a constant per channel, and that constant. */
  function unscaled(value: string): { value: string; factors?: ArrayLike<number> } {
    const product = producer.get(value);
    if (product?.opType !== 'Mul') return { value };
    const factor = product.inputs.find((name) => graph.constants.has(name));
    const source = product.inputs.find((name) => name !== factor);
    const tensor = graph.constants.get(factor ?? '');
    if (!tensor || !source || tensor.dims.length !== 3 || tensor.dims[2] !== 1) return { value };
    const factors = numbersOf(tensor);
    return factors.every((number) => number > 0) ? { value: source, factors } : { value };
  }

  function constant(name: string | undefined): Tensor {
    const tensor = graph.constants.get(name ?? '');
    if (!tensor) throw new Error(`${name} is not a constant`);
    return tensor;
  }
}

const outputCentre = 128;
/** Narrower than this a channel is silent: a finer scale would only amplify noise. */
const leastRange = 1e-4;

/** One scale for each channel and the zero point for all that makes them smallest together. */
function scaleInput({ inputLow, inputHigh }: ConvolutionRanges): {
  scales: number[];
  zero: number;
} {
  const low = Array.from(inputLow, (value) => Math.min(value, -leastRange));
  const high = Array.from(inputHigh, (value) => Math.max(value, leastRange));
  let best = { scales: low, zero: 0, cost: Number.POSITIVE_INFINITY };
  for (let zero = 20; zero <= 200; zero += 2) {
    const scales = low.map((value, c) => Math.max(at(high, c) / (255 - zero), -value / zero));
    const cost = scales.reduce((sum, scale) => sum + Math.log(scale), 0);
    if (cost < best.cost) best = { scales, zero, cost };
  }
  return best;
}

/** uint8 scale and zero point of each channel; the range always holds zero. */
export function scaleChannels(range: ChannelRanges): { scales: number[]; zeros: Uint8Array } {
  const low = Array.from(range.low, (value) => Math.min(value, 0));
  const scales = low.map((value, c) =>
    Math.max((Math.max(at(range.high, c), 0) - value) / 255, 1e-6),
  );
  const zeros = Uint8Array.from(low, (value, c) => Math.round(-value / at(scales, c)));
  return { scales, zeros };
}

/** Weights [out, in, k] in units of the input codes, as int8 with one scale an output channel. */
function quantiseWeights(
  weights: Tensor,
  inputScales: readonly number[],
): { codes: Int8Array; scales: number[] } {
  const [outputs = 0, inputs = 0, taps = 0] = weights.dims;
  const row = inputs * taps;
  const scaled = Float64Array.from(numbersOf(weights));
  const peaks = new Float64Array(outputs);
  for (let i = 0; i < scaled.length; i++) {
    const weight = at(scaled, i) * at(inputScales, Math.floor(i / taps) % inputs);
    scaled[i] = weight;
    const channel = Math.floor(i / row);
    peaks[channel] = Math.max(at(peaks, channel), Math.abs(weight));
  }
  // Some channels are all zero: without a floor their bias would not fit into 32 bits.
  const median = at(peaks.toSorted(), Math.floor(outputs / 2));
  const scales = Array.from(peaks, (peak) => Math.max(peak, median * 1e-2) / 127);
  const codes = new Int8Array(scaled.length);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = Math.round(at(scaled, i) / at(scales, Math.floor(i / row)));
  }
  return { codes, scales };
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`no channel ${index} among ${values.length}`);
  return value;
}
