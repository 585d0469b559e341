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

/**
 * Between the two quantised convolutions of a residual step a channel takes no more than 256
 * values. Norm, Snake and requantisation are then a table of 256 codes for each channel, made anew
 * for each passage (the norm depends on it) by the very operations that it replaces.
 *
 * Before: codes → DequantizeLinear → InstanceNormalization → u + sin²u → QuantizeLinear → codes.
 * After: codes → table[channel][code].
 */
export function tabulateActivations(graph: Graph): Graph {
  const { producer, consumers } = wire(graph);
  const constants = new Map<string, Tensor>([
    ['table.time', longs(2)],
    ['table.column', longs(1, -1, 1)],
    ['table.zero', floatScalar(0)],
  ]);
  const replacements = new Map<Node, Node[]>();
  for (const norm of graph.nodes) {
    const step = matchStep(norm);
    if (step) replacements.set(step.requantise, tabulate(norm, step));
  }
  return replaceNodes(graph, replacements, constants);

  function matchStep(norm: Node): Step | undefined {
    if (norm.opType !== 'InstanceNormalization') return undefined;
    const dequantise = producer.get(norm.inputs[0] ?? '');
    if (dequantise?.opType !== 'DequantizeLinear') return undefined;
    if (consumers(dequantise.outputs[0] ?? '').length !== 1) return undefined;
    const readers = consumers(norm.outputs[0] ?? '');
    const sum = readers.find(({ opType }) => opType === 'Add');
    if (readers.length !== 2 || !sum || !readers.some(({ opType }) => opType === 'Sin')) {
      return undefined;
    }
    const [requantise, ...more] = consumers(sum.outputs[0] ?? '');
    if (requantise?.opType !== 'QuantizeLinear' || more.length > 0) return undefined;
    return { dequantise, requantise };
  }

  function tabulate(norm: Node, { dequantise, requantise }: Step): Node[] {
    const [value = '', scale = '', shift = ''] = norm.inputs;
    const [codes = '', scales, zeros] = dequantise.inputs;
    const [, resultScales = '', resultZeros = ''] = requantise.inputs;
    const name = (part: string): string => `${value}.table.${part}`;
    const epsilon = norm.attributes.get('epsilon');
    constants.set(name('epsilon'), floatScalar(epsilon?.kind === 'float' ? epsilon.value : 1e-5));
    constants.set(name('values'), valuesOfCodes(constant(scales), constant(zeros)));
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
      makeNode('Cast', [codes], name('index'), {
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

interface Step {
  dequantise: Node;
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
