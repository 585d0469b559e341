import {
  type Graph,
  makeNode,
  type Node,
  replaceNodes,
  type Tensor,
  type Wiring,
  wire,
} from '../onnx/graph.ts';
import { longs, numbersOf, scalarOf } from '../onnx/tensor.ts';

/**
 * Kokoro's adaptive instance normalisation, γ·(x − mean)/σ + β over time, written by the exporter
 * as nine operations, becomes one InstanceNormalization that walks through memory once a channel.
 *
 * Where the activation Snake follows, y + sin²(αy)/α, the norm answers u = αy at once, and Snake is
 * (u + sin²u)·(1/α): the last product can then be folded into whatever reads it.
 */
export function fuseAdaptiveNorms(graph: Graph): Graph {
  const wiring = wire(graph);
  const constants = new Map<string, Tensor>([[flatShape, longs(-1)]]);
  const replacements = new Map<Node, Node[]>();
  for (const norm of graph.nodes.flatMap((node) => matchNorms(graph, wiring, node))) {
    const { affine, input, gamma, beta, epsilon } = norm;
    const output = affine.outputs[0] ?? '';
    const normalise = (scale: string, shift: string, result: string): Node[] => [
      makeNode('Reshape', [scale, flatShape], `${result}.scale`),
      makeNode('Reshape', [shift, flatShape], `${result}.shift`),
      makeNode('InstanceNormalization', [input, `${result}.scale`, `${result}.shift`], result, {
        epsilon: { kind: 'float', value: epsilon },
      }),
    ];
    const snake = matchSnake(graph, wiring, output);
    if (!snake) {
      replacements.set(affine, normalise(gamma, beta, output));
      continue;
    }
    const u = `${output}.u`;
    replacements.set(snake.sum, [
      makeNode('Mul', [gamma, snake.alpha], `${u}.gamma`),
      makeNode('Mul', [beta, snake.alpha], `${u}.beta`),
      ...normalise(`${u}.gamma`, `${u}.beta`, u),
      makeNode('Sin', [u], `${u}.sin`),
      makeNode('Mul', [`${u}.sin`, `${u}.sin`], `${u}.sin2`),
      makeNode('Add', [u, `${u}.sin2`], `${u}.snake`),
      makeNode('Mul', [`${u}.snake`, snake.reciprocal], snake.sum.outputs),
    ]);
  }
  return replaceNodes(graph, replacements, constants);
}

const flatShape = 'adaptive-norm.flat-shape';

interface Norm {
  input: string;
  gamma: string;
  beta: string;
  epsilon: number;
  /** The last node, + β. */
  affine: Node;
}

/**
 * Matches from the square root in the middle: mean, x − mean, its square's mean, + ε, √, ÷, ·γ, + β.
 * Norms of the same value share all but their γ and β.
 */
function matchNorms(graph: Graph, { producer, consumers }: Wiring, root: Node): Norm[] {
  if (root.opType !== 'Sqrt') return [];
  const [divide, ...others] = consumers(root.outputs[0] ?? '');
  if (divide?.opType !== 'Div' || others.length > 0) return [];
  const centre = producer.get(divide.inputs[0] ?? '');
  if (centre?.opType !== 'Sub') return [];
  const [input = '', meanValue = ''] = centre.inputs;
  const mean = producer.get(meanValue);
  if (mean?.opType !== 'ReduceMean' || mean.inputs[0] !== input) return [];
  const axes = graph.constants.get(mean.inputs[1] ?? '');
  if (!axes || scalarOf(axes) !== 2) return [];
  const addEpsilon = producer.get(root.inputs[0] ?? '');
  const epsilon = addEpsilon?.inputs.map((name) => graph.constants.get(name)).find(Boolean);
  if (!epsilon) return [];
  return consumers(divide.outputs[0] ?? '').flatMap((scale) => {
    const [affine, ...more] = consumers(scale.outputs[0] ?? '');
    const gamma = scale.inputs.find((name) => name !== divide.outputs[0]);
    const beta = affine?.inputs.find((name) => name !== scale.outputs[0]);
    if (scale.opType !== 'Mul' || affine?.opType !== 'Add' || more.length > 0) return [];
    return gamma && beta ? [{ input, gamma, beta, epsilon: scalarOf(epsilon), affine }] : [];
  });
}

interface Snake {
  alpha: string;
  reciprocal: string;
  /** The last node, y + sin²(αy)/α. */
  sum: Node;
}

function matchSnake(graph: Graph, { consumers }: Wiring, value: string): Snake | undefined {
  const readers = consumers(value);
  const scale = readers.find(({ opType }) => opType === 'Mul');
  const sum = readers.find(({ opType }) => opType === 'Add');
  if (readers.length !== 2 || !scale || !sum) return undefined;
  const alpha = scale.inputs.find((name) => graph.constants.has(name));
  const [sine] = consumers(scale.outputs[0] ?? '');
  if (!alpha || sine?.opType !== 'Sin') return undefined;
  const [square] = consumers(sine.outputs[0] ?? '');
  if (square?.opType !== 'Pow' || constantOf(square.inputs[1]) !== 2) return undefined;
  const [divide] = consumers(square.outputs[0] ?? '');
  const reciprocal = divide?.inputs.find((name) => graph.constants.has(name));
  if (divide?.opType !== 'Mul' || !reciprocal || !sum.inputs.includes(divide.outputs[0] ?? '')) {
    return undefined;
  }
  return areReciprocal(alpha, reciprocal) ? { alpha, reciprocal, sum } : undefined;

  function constantOf(name: string | undefined): number | undefined {
    const tensor = graph.constants.get(name ?? '');
    return tensor && scalarOf(tensor);
  }

  function areReciprocal(left: string, right: string): boolean {
    const [a, b] = [left, right].map((name) => graph.constants.get(name));
    if (!a || !b) return false;
    const factors = numbersOf(b);
    return numbersOf(a).every((factor, i) => Math.abs(factor * (factors[i] ?? 0) - 1) < 1e-3);
  }
}
