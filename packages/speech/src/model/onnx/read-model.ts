import protobuf from 'protobufjs/minimal.js';
import {
  type Attribute,
  elementType,
  type Graph,
  type Node,
  type Tensor,
  type ValueInfo,
} from './graph.ts';

type Reader = protobuf.Reader;

/**
 * Parses an ONNX file (protobuf; field numbers as in onnx.proto). Tensors stay views into `bytes`,
 * so that a model is never held twice; shapes noted for inner values are dropped.
 * @throws when the file uses what no Kokoro model does (sub-graphs, external or string data)
 */
export function readModel(bytes: Uint8Array): Graph {
  let irVersion = 0;
  const opsets = new Map<string, number>();
  let graph: Omit<Graph, 'irVersion' | 'opsets'> | undefined;
  eachField(bytes, (field, reader) => {
    if (field === 1) irVersion = reader.uint32();
    else if (field === 7) graph = readGraph(reader.bytes());
    else if (field === 8) {
      let domain = '';
      let version = 0;
      eachField(reader.bytes(), (inner, opset) => {
        if (inner === 1) domain = opset.string();
        else if (inner === 2) version = opset.uint32();
        else return false;
        return true;
      });
      opsets.set(domain, version);
    } else return false;
    return true;
  });
  if (!graph) throw new Error('not an ONNX model: it has no graph');
  return { irVersion, opsets, ...graph };
}

/** Calls `read` for each field; a field that it answers false to is skipped. */
function eachField(
  bytes: Uint8Array,
  read: (field: number, reader: Reader, wireType: number) => boolean,
): void {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (!read(tag >>> 3, reader, tag & 7)) reader.skipType(tag & 7);
  }
}

function readGraph(bytes: Uint8Array): Omit<Graph, 'irVersion' | 'opsets'> {
  let name = '';
  const nodes: Node[] = [];
  const constants = new Map<string, Tensor>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  eachField(bytes, (field, reader) => {
    if (field === 1) nodes.push(readNode(reader.bytes()));
    else if (field === 2) name = reader.string();
    else if (field === 5) {
      const constant = readTensor(reader.bytes());
      constants.set(constant.name, constant.tensor);
    } else if (field === 11) inputs.push(readValueInfo(reader.bytes()));
    else if (field === 12) outputs.push(readValueInfo(reader.bytes()));
    else if (field === 15) throw new Error('sparse constants are not supported');
    else return false;
    return true;
  });
  return { name, nodes, constants, inputs, outputs };
}

function readNode(bytes: Uint8Array): Node {
  const node = { name: '', opType: '', domain: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  eachField(bytes, (field, reader) => {
    if (field === 1) inputs.push(reader.string());
    else if (field === 2) outputs.push(reader.string());
    else if (field === 3) node.name = reader.string();
    else if (field === 4) node.opType = reader.string();
    else if (field === 5) {
      const { name, attribute } = readAttribute(reader.bytes());
      attributes.set(name, attribute);
    } else if (field === 7) node.domain = reader.string();
    else return false;
    return true;
  });
  return { ...node, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): { name: string; attribute: Attribute } {
  let name = '';
  let type = 0;
  let float = 0;
  let int = 0;
  let string = '';
  let tensor: Tensor | undefined;
  const floats: number[] = [];
  const ints: number[] = [];
  eachField(bytes, (field, reader, wireType) => {
    if (field === 1) name = reader.string();
    else if (field === 2) float = reader.float();
    else if (field === 3) int = Number(reader.int64());
    else if (field === 4) string = reader.string();
    else if (field === 5) tensor = readTensor(reader.bytes()).tensor;
    else if (field === 7) repeat(reader, wireType, () => floats.push(reader.float()));
    else if (field === 8) repeat(reader, wireType, () => ints.push(Number(reader.int64())));
    else if (field === 20) type = reader.uint32();
    else return false;
    return true;
  });
  if (type === 1) return { name, attribute: { kind: 'float', value: float } };
  if (type === 2) return { name, attribute: { kind: 'int', value: int } };
  if (type === 3) return { name, attribute: { kind: 'string', value: string } };
  if (type === 4 && tensor) return { name, attribute: { kind: 'tensor', value: tensor } };
  if (type === 6) return { name, attribute: { kind: 'floats', value: floats } };
  if (type === 7) return { name, attribute: { kind: 'ints', value: ints } };
  throw new Error(`attribute ${name}: attributes of type ${type} are not supported`);
}

function readTensor(bytes: Uint8Array): { name: string; tensor: Tensor } {
  let name = '';
  let type = 0;
  let data: Uint8Array | undefined;
  const dims: number[] = [];
  const floats: number[] = [];
  const ints: number[] = [];
  const longs: bigint[] = [];
  eachField(bytes, (field, reader, wireType) => {
    if (field === 1) repeat(reader, wireType, () => dims.push(Number(reader.int64())));
    else if (field === 2) type = reader.uint32();
    else if (field === 4) repeat(reader, wireType, () => floats.push(reader.float()));
    else if (field === 5) repeat(reader, wireType, () => ints.push(reader.int32()));
    else if (field === 7) repeat(reader, wireType, () => longs.push(BigInt(`${reader.int64()}`)));
    else if (field === 8) name = reader.string();
    else if (field === 9) data = reader.bytes();
    else if (field === 6 || field === 13) throw new Error(`constant ${name}: unsupported storage`);
    else return false;
    return true;
  });
  data ??= packElements(type, floats, ints, longs);
  return { name, tensor: { type, dims, data } };
}

/** Elements that were not written as raw bytes: small integers share the 32-bit field. */
function packElements(type: number, floats: number[], ints: number[], longs: bigint[]): Uint8Array {
  if (type === elementType.float32) return bytesOf(Float32Array.from(floats));
  if (type === elementType.int64) return bytesOf(BigInt64Array.from(longs));
  if (type === elementType.int32) return bytesOf(Int32Array.from(ints));
  if (type === elementType.int8) return bytesOf(Int8Array.from(ints));
  if (type === elementType.uint8 || type === elementType.bool) return Uint8Array.from(ints);
  throw new Error(`constants of element type ${type} are not supported`);
}

function bytesOf(array: Float32Array | Int32Array | Int8Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A repeated number may be packed in one field (wire type 2) or written one by one. */
function repeat(reader: Reader, wireType: number, readOne: () => void): void {
  if (wireType !== 2) {
    readOne();
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) readOne();
}

function readValueInfo(bytes: Uint8Array): ValueInfo {
  let name = '';
  let type = 0;
  let dims: (number | string)[] | undefined;
  eachField(bytes, (field, reader) => {
    if (field === 1) name = reader.string();
    else if (field === 2) {
      eachField(reader.bytes(), (kind, typeReader) => {
        if (kind !== 1) throw new Error(`${name}: only tensors are supported`);
        eachField(typeReader.bytes(), (inner, tensorReader) => {
          if (inner === 1) type = tensorReader.uint32();
          else if (inner === 2) dims = readShape(tensorReader.bytes());
          else return false;
          return true;
        });
        return true;
      });
    } else return false;
    return true;
  });
  return { name, type, ...(dims ? { dims } : {}) };
}

function readShape(bytes: Uint8Array): (number | string)[] {
  const dims: (number | string)[] = [];
  eachField(bytes, (field, reader) => {
    if (field !== 1) return false;
    let dim: number | string = '';
    eachField(reader.bytes(), (inner, dimReader) => {
      if (inner === 1) dim = Number(dimReader.int64());
      else if (inner === 2) dim = dimReader.string();
      else return false;
      return true;
    });
    dims.push(dim);
    return true;
  });
  return dims;
}
