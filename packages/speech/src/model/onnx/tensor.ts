import { elementType, type Tensor } from './graph.ts';

const arrays = {
  [elementType.float32]: Float32Array,
  [elementType.uint8]: Uint8Array,
  [elementType.int8]: Int8Array,
  [elementType.int32]: Int32Array,
  [elementType.int64]: BigInt64Array,
} as const;
type NumberArray = Float32Array | Uint8Array | Int8Array | Int32Array;

/** A constant from numbers; without `dims` a vector, `[]` makes a scalar. */
export function tensorOf(
  values: NumberArray | BigInt64Array,
  dims: readonly number[] = [values.length],
): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (size !== values.length) {
    throw new Error(`${values.length} values do not fill a tensor of [${dims.join(', ')}]`);
  }
  return {
    type: typeOf(values),
    dims,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

export const floatScalar = (value: number): Tensor => tensorOf(Float32Array.of(value), []);
export const byteScalar = (value: number): Tensor => tensorOf(Uint8Array.of(value), []);
export const longs = (...values: number[]): Tensor =>
  tensorOf(BigInt64Array.from(values.map(BigInt)));

/** The elements of a constant as numbers (int64 as float64: exact up to 2^53). */
export function numbersOf(tensor: Tensor): NumberArray | Float64Array {
  // A view into a file need not be aligned to the element size.
  const { buffer } = new Uint8Array(tensor.data);
  switch (tensor.type) {
    case elementType.float32:
      return new Float32Array(buffer);
    case elementType.uint8:
      return new Uint8Array(buffer);
    case elementType.int8:
      return new Int8Array(buffer);
    case elementType.int32:
      return new Int32Array(buffer);
    case elementType.int64:
      return Float64Array.from(new BigInt64Array(buffer), Number);
    default:
      throw new Error(`a tensor of element type ${tensor.type} cannot be read as numbers`);
  }
}

/** The only element of a constant. */
export function scalarOf(tensor: Tensor): number {
  const [value, ...more] = numbersOf(tensor);
  if (value === undefined || more.length > 0) {
    throw new Error(`a tensor of [${tensor.dims.join(', ')}] is not one number`);
  }
  return value;
}

function typeOf(values: NumberArray | BigInt64Array): number {
  for (const [type, array] of Object.entries(arrays)) {
    if (values instanceof array) return Number(type);
  }
  throw new Error('no ONNX element type for these values');
}
