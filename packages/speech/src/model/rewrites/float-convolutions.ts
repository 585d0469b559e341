import { type Graph, makeNode, type Node, replaceNodes, type Tensor, wire } from '../onnx/graph.ts';
import { numbersOf, scalarOf, tensorOf } from '../onnx/tensor.ts';

/**
 * Turns every dynamically quantised convolution into a float32 one with the same weights.
 *
 * As published: DynamicQuantizeLinear(x) → ConvInteger → [+ bias, itself quantised] → Cast → ×
 * (input scale × weight scale). Here: Conv(x, (codes − zero point) × weight scale, bias). It is
 * faster on most CPUs, and nearer to the model that was trained.
 */
export function makeConvolutionsFloat(graph: Graph): Graph {
  const { producer, consumers } = wire(graph);
  const constants = new Map<string, Tensor>();
  const replacements = new Map<Node, Node[]>();
  for (const node of graph.nodes) {
    if (node.opType !== 'ConvInteger') continue;
    const [codes = '', weights = '', , zeroPoint = ''] = node.inputs;
    const quantise = producer.get(codes);
    if (quantise?.opType !== 'DynamicQuantizeLinear') throw unexpected(node, 'its input');
    let next = onlyConsumer(node, 'ConvInteger');
    let bias: string | undefined;
    if (next.opType === 'Add') {
      bias = biasOf(otherInput(next, node.outputs[0]));
      next = onlyConsumer(next, 'Add');
    }
    if (next.opType !== 'Cast') throw unexpected(node, 'its cast');
    const scaled = onlyConsumer(next, 'Cast');
    if (scaled.opType !== 'Mul') throw unexpected(node, 'its scale');
    const scaleProduct = producer.get(otherInput(scaled, next.outputs[0]));
    if (scaleProduct?.opType !== 'Mul') throw unexpected(node, 'the product of its scales');
    const scale = constant(otherInput(scaleProduct, quantise.outputs[1]));

    const name = `${weights}.float`;
    constants.set(name, dequantise(constant(weights), scale, constant(zeroPoint)));
    replacements.set(scaled, [
      {
        ...makeNode('Conv', [quantise.inputs[0] ?? '', name, ...(bias ? [bias] : [])], []),
        name: node.name.replace(/_quant$/, ''),
        outputs: scaled.outputs,
        attributes: node.attributes,
      },
    ]);
  }
  return replaceNodes(graph, replacements, constants);

  function onlyConsumer(node: Node, what: string): Node {
    const [reader, ...more] = consumers(node.outputs[0] ?? '');
    if (!reader || more.length > 0) throw unexpected(node, `the one reader of its ${what}`);
    return reader;
  }

  /** The float bias behind Reshape(Cast(Floor(bias ÷ scale))). */
  function biasOf(value: string): string {
    let node = producer.get(value);
    while (node && node.opType !== 'Div') node = producer.get(node.inputs[0] ?? '');
    const bias = node?.inputs[0];
    if (!bias || !graph.constants.has(bias)) throw new Error(`${value}: its bias was not found`);
    return bias;
  }

  function constant(name: string): Tensor {
    const tensor = graph.constants.get(name);
    if (!tensor) throw new Error(`${name} is not a constant`);
    return tensor;
  }
}

function otherInput(node: Node, input: string | undefined): string {
  const other = node.inputs.find((name) => name !== input);
  if (other === undefined || node.inputs.length !== 2) throw unexpected(node, 'its second input');
  return other;
}

function dequantise(codes: Tensor, scale: Tensor, zeroPoint: Tensor): Tensor {
  const factor = scalarOf(scale);
  const zero = scalarOf(zeroPoint);
  const integers = numbersOf(codes);
  const values = new Float32Array(integers.length);
  for (let i = 0; i < values.length; i++) values[i] = ((integers[i] ?? 0) - zero) * factor;
  return tensorOf(values, codes.dims);
}

function unexpected(node: Node, what: string): Error {
  return new Error(`${node.opType} ${node.name}: ${what} is not as in the published Kokoro model`);
}
