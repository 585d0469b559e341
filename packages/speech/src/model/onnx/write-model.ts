import protobuf from 'protobufjs/minimal.js';
import type { Attribute, Graph, Node, Tensor, ValueInfo } from './graph.ts';

/** A message as the pieces of its bytes; large tensors stay views of what was read. */
type Chunks = Uint8Array[];

/** The bytes of an ONNX file, in order; to be written one after the other. */
export function writeModel(graph: Graph): Uint8Array[] {
  return [
    ...number(1, graph.irVersion),
    ...string(2, 'voiceflow'),
    ...message(7, writeGraph(graph)),
    ...[...graph.opsets].flatMap(([domain, version]) =>
      message(8, [...string(1, domain), ...number(2, version)]),
    ),
  ];
}

function writeGraph(graph: Graph): Chunks {
  return [
    ...graph.nodes.flatMap((node) => message(1, writeNode(node))),
    ...string(2, graph.name),
    ...[...graph.constants].flatMap(([name, tensor]) => message(5, writeTensor(tensor, name))),
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
  return [
    ...tensor.dims.flatMap((dim) => number(1, dim)),
    ...number(2, tensor.type),
    ...string(8, name),
    ...message(9, [tensor.data]),
  ];
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
