import { type Graph, makeNode, type Node, replaceNodes, type Tensor } from '../onnx/graph.ts';
import { longs, numbersOf, tensorOf } from '../onnx/tensor.ts';

/**
 * Turns upsampling by a transposed convolution whose kernel is twice its stride s into an ordinary
 * convolution of two taps that answers s samples for each position, and a shuffle that puts them in
 * a row (sub-pixel convolution, Shi et al. 2016). The sums are the same; the ordinary convolution
 * is faster and can be quantised.
 */
export function makeTransposedConvolutionsOrdinary(graph: Graph): Graph {
  const constants = new Map<string, Tensor>();
  const replacements = new Map<Node, Node[]>();
  for (const node of graph.nodes) {
    const layout = layoutOf(graph, node);
    if (layout) replacements.set(node, replace(node, layout));
  }
  return replaceNodes(graph, replacements, constants);

  function replace(node: Node, { weights, stride, padding }: Layout): Node[] {
    const [output = ''] = node.outputs;
    const [, outputs = 0] = weights.dims;
    const define = (part: string, tensor: Tensor): string => {
      constants.set(`${output}.${part}`, tensor);
      return `${output}.${part}`;
    };
    const bias = graph.constants.get(node.inputs[2] ?? '');
    return [
      makeNode(
        'Conv',
        [
          node.inputs[0] ?? '',
          define('weights', phaseWeights(weights, stride)),
          ...(bias ? [define('bias', repeatEach(bias, stride))] : []),
        ],
        `${output}.phases`,
        { kernel_shape: { kind: 'ints', value: [2] }, pads: { kind: 'ints', value: [1, 1] } },
      ),
      makeNode(
        'Reshape',
        [`${output}.phases`, define('split', longs(1, outputs, stride, -1))],
        `${output}.grid`,
      ),
      makeNode('Transpose', [`${output}.grid`], `${output}.ordered`, {
        perm: { kind: 'ints', value: [0, 1, 3, 2] },
      }),
      makeNode(
        'Reshape',
        [`${output}.ordered`, define('joined', longs(1, outputs, -1))],
        `${output}.row`,
      ),
      makeNode(
        'Slice',
        [
          `${output}.row`,
          define('from', longs(padding)),
          define('to', longs(-padding)),
          define('axis', longs(2)),
        ],
        output,
      ),
    ];
  }
}

interface Layout {
  weights: Tensor;
  stride: number;
  padding: number;
}

function layoutOf(graph: Graph, node: Node): Layout | undefined {
  if (node.opType !== 'ConvTranspose') return undefined;
  const weights = graph.constants.get(node.inputs[1] ?? '');
  const ints = (name: string): readonly number[] => {
    const attribute = node.attributes.get(name);
    return attribute?.kind === 'ints' ? attribute.value : [];
  };
  const group = node.attributes.get('group');
  const [stride = 1] = ints('strides');
  const [padding = 0, paddingBehind = 0] = ints('pads');
  const extra = ints('output_padding').some((value) => value !== 0);
  if (!weights || weights.dims[2] !== 2 * stride || padding < 1 || padding !== paddingBehind) {
    return undefined;
  }
  if (extra || (group?.kind === 'int' && group.value !== 1)) return undefined;
  return { weights, stride, padding };
}

/** [in, out, 2s] → [out · s, in, 2]: the tap on the sample before, then the one on this sample. */
function phaseWeights(weights: Tensor, stride: number): Tensor {
  const [inputs = 0, outputs = 0, taps = 0] = weights.dims;
  const source = numbersOf(weights);
  const result = new Float32Array(source.length);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      for (let phase = 0; phase < stride; phase++) {
        const from = (input * outputs + output) * taps + phase;
        const to = ((output * stride + phase) * inputs + input) * 2;
        result[to] = source[from + stride] ?? 0;
        result[to + 1] = source[from] ?? 0;
      }
    }
  }
  return tensorOf(result, [outputs * stride, inputs, 2]);
}

function repeatEach(values: Tensor, times: number): Tensor {
  const source = numbersOf(values);
  return tensorOf(
    Float32Array.from(
      { length: source.length * times },
      (_, i) => source[Math.floor(i / times)] ?? 0,
    ),
  );
}
