import {
  elementType,
  type Graph,
  makeNode,
  type Node,
  replaceNodes,
  type Tensor,
  wire,
} from '../onnx/graph.ts';
import { floatScalar, longs, numbersOf, tensorOf } from '../onnx/tensor.ts';
import { type ChannelRanges, scaleChannels } from './quantised-convolutions.ts';

/** Ranges by the name of the value. */
export type Residuals = ReadonlyMap<string, ChannelRanges>;

/**
 * In front of a quantised convolution a channel need not take more than 256 values: between the two
 * of a residual step it takes no more, and what the step begins with (a residual) is rounded to as
 * many of its calibrated range. Norm, Snake and requantisation are then a table of 256 codes for each
 * channel, made anew for each passage (the norm depends on it) by the very operations that it
 * replaces. The norm's mean and variance are still those of the exact values.
 *
 * Before: codes → DequantizeLinear → InstanceNormalization → u + sin²u → QuantizeLinear → codes,
 *      or residual → InstanceNormalization → u + sin²u → QuantizeLinear → codes.
 * After: codes → table[channel][code], or residual → QuantizeLinear → table[channel][code].
 */
export function tabulateActivations(graph: Graph, residuals: Residuals): Graph {
  const { producer, consumers } = wire(graph);
  const constants = new Map<string, Tensor>([
    ['table.time', longs(2)],
    ['table.column', longs(1, -1, 1)],
    ['table.zero', floatScalar(0)],
  ]);
  const rounded = new Map(
    Array.from(residuals, ([value, ranges]) => {
      const { scales, zeros } = scaleChannels(ranges);
      const coded: Coded = {
        codes: `${value}.residual-codes`,
        scales: tensorOf(Float32Array.from(scales)),
        zeros: tensorOf(zeros),
      };
      return [value, coded];
    }),
  );
  const replacements = new Map<Node, Node[]>();
  for (const norm of graph.nodes) {
    const step = matchStep(norm);
    if (step) replacements.set(step.requantise, tabulate(norm, step));
  }
  const nodes = [...graph.nodes, ...Array.from(rounded, round)];
  return replaceNodes({ ...graph, nodes }, replacements, constants);

  function matchStep(norm: Node): Step | undefined {
    if (norm.opType !== 'InstanceNormalization') return undefined;
    const readers = consumers(norm.outputs[0] ?? '');
    const sum = readers.find(({ opType }) => opType === 'Add');
    if (readers.length !== 2 || !sum || !readers.some(({ opType }) => opType === 'Sin')) {
      return undefined;
    }
    const [requantise, ...more] = consumers(sum.outputs[0] ?? '');
    if (requantise?.opType !== 'QuantizeLinear' || more.length > 0) return undefined;
    const coded = codesOf(norm.inputs[0] ?? '');
    return coded && { coded, requantise };
  }

  function round([value, { codes, scales, zeros }]: [string, Coded]): Node {
    const name = (part: string): string => `${value}.residual-${part}`;
    constants.set(name('scales'), scales).set(name('zeros'), zeros);
    return makeNode('QuantizeLinear', [value, name('scales'), name('zeros')], codes, {
      axis: { kind: 'int', value: 1 },
    });
  }

  /** A value in 256 steps, where it was computed so or its range is known. */
  function codesOf(value: string): Coded | undefined {
    const source = producer.get(value);
    if (source?.opType === 'DequantizeLinear' && consumers(value).length === 1) {
      const [codes = '', scales, zeros] = source.inputs;
      return { codes, scales: constant(scales), zeros: constant(zeros) };
    }
    return rounded.get(value);
  }

  function tabulate(norm: Node, { coded, requantise }: Step): Node[] {
    const [value = '', scale = '', shift = ''] = norm.inputs;
    const [, resultScales = '', resultZeros = ''] = requantise.inputs;
    const name = (part: string): string => `${norm.outputs[0]}.table.${part}`;
    const epsilon = norm.attributes.get('epsilon');
    constants.set(name('epsilon'), floatScalar(epsilon?.kind === 'float' ? epsilon.value : 1e-5));
    constants.set(name('values'), valuesOfCodes(coded.scales, coded.zeros));
    return [
      makeNode('ReduceMean', [value, 'table.time'], name('mean')),
      makeNode('Mul', [value, value], name('squares')),
      makeNode('ReduceMean', [name('squares'), 'table.time'], name('power')),
      makeNode('Mul', [name('mean'), name('mean')], name('offset')),
      makeNode('Sub', [name('power'), name('offset')], name('difference')),
      // Rounding may leave less than nothing where a channel is constant.
      makeNode('Max', [name('difference'), 'table.zero'], name('variance')),
      makeNode('Add', [name('variance'), name('epsilon')], name('shifted')),
      makeNode('Sqrt', [name('shifted')], name('deviation')),
      makeNode('Reshape', [scale, 'table.column'], name('gamma')),
      makeNode('Reshape', [shift, 'table.column'], name('beta')),
      makeNode('Div', [name('gamma'), name('deviation')], name('slope')),
      makeNode('Mul', [name('mean'), name('slope')], name('centre')),
      makeNode('Sub', [name('beta'), name('centre')], name('start')),
      makeNode('Mul', [name('values'), name('slope')], name('scaled')),
      makeNode('Add', [name('scaled'), name('start')], name('u')),
      makeNode('Sin', [name('u')], name('sin')),
      makeNode('Mul', [name('sin'), name('sin')], name('sin2')),
      makeNode('Add', [name('u'), name('sin2')], name('snake')),
      makeNode('QuantizeLinear', [name('snake'), resultScales, resultZeros], name('codes'), {
        axis: { kind: 'int', value: 1 },
      }),
      makeNode('Cast', [coded.codes], name('index'), {
        to: { kind: 'int', value: elementType.int32 },
      }),
      makeNode('GatherElements', [name('codes'), name('index')], requantise.outputs, {
        axis: { kind: 'int', value: 2 },
      }),
    ];
  }

  function constant(name: string | undefined): Tensor {
    const tensor = graph.constants.get(name ?? '');
    if (!tensor) throw new Error(`${name} is not a constant`);
    return tensor;
  }
}

interface Coded {
  codes: string;
  scales: Tensor;
  zeros: Tensor;
}

interface Step {
  coded: Coded;
  requantise: Node;
}

/** What each code stands for in each channel, [1, channels, 256]. */
function valuesOfCodes(scales: Tensor, zeros: Tensor): Tensor {
  const zeroOf = numbersOf(zeros);
  const values = Array.from(numbersOf(scales), (scale, channel) =>
    Array.from({ length: 256 }, (_, code) => (code - (zeroOf[channel] ?? 0)) * scale),
  );
  return tensorOf(Float32Array.from(values.flat()), [1, values.length, 256]);
}
