import protobuf from 'protobufjs/minimal.js';
import type { Attribute, Graph, Node, Tensor, ValueInfo } from './graph.ts';

/** A message as the pieces of its bytes; large tensors stay views of what was read. */
type Chunks = Uint8Array[];

/** The file that `writeWeights` made of a graph, beside the model's own. */
export interface WeightsFile {
  name: string;
  /** Stands in the model, so that a hash of the model tells of its weights too. */
  sha256: string;
}

/**
 * The bytes of an ONNX file, in order; to be written one after the other. With `weights` it holds
 * where the large constants lie in that file, else their elements.
 */
export function writeModel(graph: Graph, weights?: WeightsFile): Uint8Array[] {
  return [
    ...number(1, graph.irVersion),
    ...string(2, 'voiceflow'),
    ...message(7, writeGraph(graph, weights)),
    ...[...graph.opsets].flatMap(([domain, version]) =>
      message(8, [...string(1, domain), ...number(2, version)]),
    ),
    ...(weights ? entry(14, 'weights_sha256', weights.sha256) : []),
  ];
}

/** The bytes of the file of a graph's large constants, in order. */
export function writeWeights(graph: Graph): Uint8Array[] {
  return [...placeWeights(graph).values()].flatMap(({ data, padding }) => [data, padding]);
}

/** Smaller ones would save nothing: the runtime maps whole pages. */
const smallestWeightBytes = 16_384;
/** What the widest vector instructions like best. */
const alignmentBytes = 64;

interface PlacedWeight {
  offset: number;
  data: Uint8Array;
  padding: Uint8Array;
}

function placeWeights(graph: Graph): Map<string, PlacedWeight> {
  const placed = new Map<string, PlacedWeight>();
  let offset = 0;
  for (const [name, { data }] of graph.constants) {
    if (data.byteLength < smallestWeightBytes) continue;
    const end = offset + data.byteLength;
    const next = Math.ceil(end / alignmentBytes) * alignmentBytes;
    placed.set(name, { offset, data, padding: new Uint8Array(next - end) });
    offset = next;
  }
  return placed;
}

function writeGraph(graph: Graph, weights: WeightsFile | undefined): Chunks {
  const placed = weights ? placeWeights(graph) : undefined;
  const writeConstant = (name: string, tensor: Tensor): Chunks => {
    const place = placed?.get(name);
    if (!weights || !place) return writeTensor(tensor, name);
    return [
      ...writeTensorHead(tensor, name),
      ...entry(13, 'location', weights.name),
      ...entry(13, 'offset', `${place.offset}`),
      ...entry(13, 'length', `${place.data.byteLength}`),
      ...number(14, 1),
    ];
  };
  return [
    ...graph.nodes.flatMap((node) => message(1, writeNode(node))),
    ...string(2, graph.name),
    ...[...graph.constants].flatMap(([name, tensor]) => message(5, writeConstant(name, tensor))),
    ...graph.inputs.flatMap((input) => message(11, writeValueInfo(input))),
    ...graph.outputs.flatMap((output) => message(12, writeValueInfo(output))),
  ];
}

function writeNode(node: Node): Chunks {
  return [
    ...node.inputs.flatMap((input) => string(1, input)),
    ...node.outputs.flatMap((output) => string(2, output)),
    ...string(3, node.name),
    ...string(4, node.opType),
    ...[...node.attributes].flatMap(([name, attribute]) =>
      message(5, [...string(1, name), ...writeAttribute(attribute)]),
    ),
    ...(node.domain ? string(7, node.domain) : []),
  ];
}

function writeAttribute(attribute: Attribute): Chunks {
  switch (attribute.kind) {
    case 'float':
      return [...float(2, attribute.value), ...number(20, 1)];
    case 'int':
      return [...number(3, attribute.value), ...number(20, 2)];
    case 'string':
      return [...string(4, attribute.value), ...number(20, 3)];
    case 'tensor':
      return [...message(5, writeTensor(attribute.value, '')), ...number(20, 4)];
    case 'floats':
      return [...attribute.value.flatMap((value) => float(7, value)), ...number(20, 6)];
    case 'ints':
      return [...attribute.value.flatMap((value) => number(8, value)), ...number(20, 7)];
  }
}

function writeTensor(tensor: Tensor, name: string): Chunks {
  return [...writeTensorHead(tensor, name), ...message(9, [tensor.data])];
}

function writeTensorHead({ dims, type }: Tensor, name: string): Chunks {
  return [...dims.flatMap((dim) => number(1, dim)), ...number(2, type), ...string(8, name)];
}

function entry(field: number, key: string, value: string): Chunks {
  return message(field, [...string(1, key), ...string(2, value)]);
}

function writeValueInfo({ name, type, dims }: ValueInfo): Chunks {
  const shape = dims?.flatMap((dim) =>
    message(1, typeof dim === 'number' ? number(1, dim) : dim ? string(2, dim) : []),
  );
  const tensorType = [...number(1, type), ...(shape ? message(2, shape) : [])];
  return [...string(1, name), ...message(2, message(1, tensorType))];
}

function message(field: number, chunks: Chunks): Chunks {
  const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return [
    protobuf.Writer.create()
      .uint32((field << 3) | 2)
      .uint32(length)
      .finish(),
    ...chunks,
  ];
}

function number(field: number, value: number): Chunks {
  return [
    protobuf.Writer.create()
      .uint32(field << 3)
      .int64(value)
      .finish(),
  ];
}

function float(field: number, value: number): Chunks {
  return [
    protobuf.Writer.create()
      .uint32((field << 3) | 5)
      .float(value)
      .finish(),
  ];
}

function string(field: number, value: string): Chunks {
  return [
    protobuf.Writer.create()
      .uint32((field << 3) | 2)
      .string(value)
      .finish(),
  ];
}
