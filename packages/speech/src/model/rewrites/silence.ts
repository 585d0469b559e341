import {
  type Attribute,
  elementType,
  type Graph,
  makeNode,
  type Node,
  replaceNodes,
  sortNodes,
  type Tensor,
  type Wiring,
  wire,
} from '../onnx/graph.ts';
import { floatScalar, longs, scalarOf } from '../onnx/tensor.ts';

/** What the decoder makes sound of: the text's features for each frame, pitch and energy for each half. */
const features = '/encoder/MatMul_1_output_0';
const pitch = '/encoder/Reshape_output_0';
const energy = '/encoder/Reshape_1_output_0';

/** The output that tells the first frame of which sound is made. */
export const firstFrameOutput = 'silence.first';

/**
 * The energy that the model plans for half a frame is a logarithm: -9.7 to -7 where nothing is said, above
 * -2 in all that the joiner keeps, seen in six voices. Between the two it rises and falls within a frame
 * or two.
 */
const silentEnergy = -4;
/** Frames that are kept before and behind what is louder: onset and decay, and silence that stands for the rest. */
const leadFrames = 4;
const tailFrames = 6;
/** How many of them, at either end, stand for what is left out. */
const silentFrames = 2;

/**
 * Makes no sound of the silence around the speech, a fifth of what Kokoro makes of a piece, which is
 * trimmed anyway. Where it lies is told by the energy that the model plans; pitch and energy are planned
 * with it as ever.
 *
 * The decoder normalises each channel over time, silence included: without it soft sounds would become
 * softer, by up to 30 dB in a last consonant. So its means and variances go on counting what is left out,
 * as if it were like the silent frames that are kept.
 */
export function skipSilence(graph: Graph): Graph {
  const constants = new Map<string, Tensor>([
    [name('silent'), floatScalar(silentEnergy)],
    [name('two'), longs(2)],
    [name('none'), longs(0)],
    [name('nothing'), floatScalar(0)],
    [name('lead'), longs(leadFrames)],
    // The end is the first frame that is left out.
    [name('tail'), longs(tailFrames + 1)],
    [name('few'), longs(silentFrames)],
    [name('few.float'), floatScalar(silentFrames)],
    [name('half.time'), longs(1)],
    [name('time'), longs(2)],
    [name('end.of.all'), longs(Number.MAX_SAFE_INTEGER)],
    [name('vector'), longs(-1)],
  ]);
  const wiring = wire(graph);
  const replacements = new Map<Node, readonly Node[]>();
  const heard = new Map(
    [features, pitch, energy].map((value) => {
      if (!wiring.producer.has(value)) throw new Error(`the model has no value ${value}`);
      return [value, `${value}.heard`];
    }),
  );
  const hear = (node: Node): Node => ({
    ...node,
    inputs: node.inputs.map((input) => heard.get(input) ?? input),
  });
  for (const node of nodesBehind(wiring, [...heard.keys()])) {
    const source = wiring.producer.get(node.inputs[0] ?? '');
    replacements.set(node, weigh(graph, hear(node), source && hear(source)));
  }
  const cut = replaceNodes(
    { ...graph, nodes: [...graph.nodes, ...findSpeech(), ...[...heard].map(slice)] },
    replacements,
    constants,
  );
  return withFirstFrame(cut);
}

const name = (part: string): string => `silence.${part}`;
const int = (value: number): Attribute => ({ kind: 'int', value });
const toFloat = (value: string, result: string): Node =>
  makeNode('Cast', [value], result, { to: int(elementType.float32) });

/** From which frame to which, and how many are left out before and behind, for each that stands for them. */
function findSpeech(): Node[] {
  return [
    makeNode('Greater', [energy, name('silent')], name('is.loud')),
    toFloat(name('is.loud'), name('loud')),
    // Where nothing is loud these are the first and the last: then all is kept.
    makeNode('ArgMax', [name('loud')], name('first.half'), { axis: int(1), keepdims: int(0) }),
    makeNode('ArgMax', [name('loud')], name('last.half'), {
      axis: int(1),
      keepdims: int(0),
      select_last_index: int(1),
    }),
    makeNode('Div', [name('first.half'), name('two')], name('first.loud')),
    makeNode('Sub', [name('first.loud'), name('lead')], name('early')),
    makeNode('Max', [name('early'), name('none')], firstFrameOutput),
    makeNode('Div', [name('last.half'), name('two')], name('last.loud')),
    makeNode('Add', [name('last.loud'), name('tail')], name('late')),
    makeNode('Shape', [features], name('all'), { start: int(2), end: int(3) }),
    makeNode('Min', [name('late'), name('all')], name('end')),
    makeNode('Mul', [firstFrameOutput, name('two')], name('first.of.halves')),
    makeNode('Mul', [name('end'), name('two')], name('end.of.halves')),
    makeNode('Sub', [name('end'), firstFrameOutput], name('kept')),
    makeNode('Sub', [name('all'), name('end')], name('behind')),
    toFloat(firstFrameOutput, name('before.float')),
    toFloat(name('behind'), name('behind.float')),
    toFloat(name('all'), name('all.float')),
    makeNode('Div', [name('before.float'), name('few.float')], name('lead.weight')),
    makeNode('Div', [name('behind.float'), name('few.float')], name('tail.weight')),
  ];
}

function slice([value, result]: [string, string]): Node {
  return value === features
    ? makeNode('Slice', [value, firstFrameOutput, name('end'), name('time')], result)
    : makeNode(
        'Slice',
        [value, name('first.of.halves'), name('end.of.halves'), name('half.time')],
        result,
      );
}

/** All that depends on one of the values. */
function nodesBehind({ consumers }: Wiring, values: readonly string[]): Set<Node> {
  const behind = new Set<Node>();
  const pending = [...values];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    for (const reader of consumers(value)) {
      if (behind.has(reader)) continue;
      behind.add(reader);
      pending.push(...reader.outputs);
    }
  }
  return behind;
}

/** The same; where it takes a mean over time, with one that counts the silence left out. */
function weigh(graph: Graph, node: Node, source: Node | undefined): Node[] {
  const [value = '', scale = '', shift = ''] = node.inputs;
  const [result = ''] = node.outputs;
  if (node.opType === 'ReduceMean' && isTime(graph, scale)) return takeMean(value, result, source);
  if (node.opType !== 'InstanceNormalization') return [node];
  const part = (of: string): string => `${result}.${of}`;
  return [
    // Faster than the operation that sums squares.
    makeNode('Mul', [value, value], part('squares')),
    ...takeMean(value, part('mean'), source),
    ...takeMean(part('squares'), part('power')),
    makeNode('Mul', [part('mean'), part('mean')], part('offset')),
    makeNode('Sub', [part('power'), part('offset')], part('difference')),
    // Rounding may leave less than nothing where a channel is constant.
    makeNode('Max', [part('difference'), name('nothing')], part('variance')),
    makeNode('Reshape', [part('mean'), name('vector')], part('means')),
    makeNode('Reshape', [part('variance'), name('vector')], part('variances')),
    makeNode(
      'BatchNormalization',
      [value, scale, shift, part('means'), part('variances')],
      node.outputs,
      Object.fromEntries(node.attributes),
    ),
  ];
}

function isTime(graph: Graph, axes: string): boolean {
  const constant = graph.constants.get(axes);
  return constant !== undefined && scalarOf(constant) === 2;
}

/** The mean of a value over time. `source` is what makes the value, where that matters. */
function takeMean(value: string, result: string, source?: Node): Node[] {
  const part = (of: string): string => `${result}.${of}`;
  // Each who reads a decoded value has all of it decoded for itself: what needs little reads the codes.
  const [codes = '', ...scaling] = source?.opType === 'DequantizeLinear' ? source.inputs : [value];
  const decode = (from: string, to: string): Node[] =>
    source && scaling.length > 0
      ? [{ ...source, name: to, inputs: [from, ...scaling], outputs: [to] }]
      : [makeNode('Identity', [from], to)];
  const end = (which: string, from: string, to: string): Node[] => [
    makeNode('Slice', [codes, from, to, name('time')], part(`${which}.codes`)),
    ...decode(part(`${which}.codes`), part(which)),
    makeNode('ReduceSum', [part(which), name('time')], part(`of.${which}`)),
  ];
  return [
    makeNode('Shape', [codes], part('length'), { start: int(2), end: int(3) }),
    makeNode('Div', [part('length'), name('kept')], part('per.frame')),
    makeNode('Mul', [part('per.frame'), name('few')], part('lead.end')),
    makeNode('Sub', [part('length'), part('lead.end')], part('tail.start')),
    ...end('lead', name('none'), part('lead.end')),
    ...end('tail', part('tail.start'), name('end.of.all')),
    makeNode('ReduceSum', [value, name('time')], part('of.kept')),
    makeNode('Mul', [part('of.lead'), name('lead.weight')], part('before')),
    makeNode('Mul', [part('of.tail'), name('tail.weight')], part('behind')),
    makeNode('Sum', [part('of.kept'), part('before'), part('behind')], part('of.all')),
    toFloat(part('per.frame'), part('per.frame.float')),
    makeNode('Mul', [part('per.frame.float'), name('all.float')], part('count')),
    makeNode('Div', [part('of.all'), part('count')], result),
  ];
}

function withFirstFrame(graph: Graph): Graph {
  const outputs = [...graph.outputs, { name: firstFrameOutput, type: elementType.int64 }];
  return sortNodes({ ...graph, outputs });
}
