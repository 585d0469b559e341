import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testModelsDir } from '../../assets/test-models.ts';
import { elementType, type Graph, makeNode } from './graph.ts';
import { readModel } from './read-model.ts';
import { floatScalar, longs, numbersOf, tensorOf } from './tensor.ts';
import { writeModel } from './write-model.ts';

const graph: Graph = {
  irVersion: 9,
  opsets: new Map([
    ['', 20],
    ['com.microsoft', 1],
  ]),
  name: 'everything',
  nodes: [
    makeNode(
      'Pad',
      ['x', '', 'weights'],
      ['y', 'z'],
      {
        int: { kind: 'int', value: -3 },
        float: { kind: 'float', value: 0.5 },
        string: { kind: 'string', value: 'reflect – ü' },
        ints: { kind: 'ints', value: [1, -2, 2 ** 40] },
        floats: { kind: 'floats', value: [0.25, -8] },
        tensor: { kind: 'tensor', value: tensorOf(Float32Array.of(1, 2), [1, 2]) },
      },
      'com.microsoft',
    ),
  ],
  constants: new Map([
    ['weights', tensorOf(Int8Array.of(-128, 0, 127, 1), [2, 2])],
    ['shape', longs(1, -1, 2 ** 33)],
    ['scalar', floatScalar(-1.5)],
  ]),
  inputs: [{ name: 'x', type: elementType.float32, dims: [1, 'length'] }],
  outputs: [{ name: 'y', type: elementType.int64 }],
};

describe('an ONNX file', () => {
  it('reads back as it was written', () => {
    expect(readModel(new Uint8Array(Buffer.concat(writeModel(graph))))).toEqual(graph);
  });

  it('is refused when it is none, or cut short', () => {
    expect(() => readModel(new Uint8Array())).toThrow('not an ONNX model');
    const bytes = Buffer.concat(writeModel(graph));
    expect(() => readModel(bytes.subarray(0, bytes.length - 40))).toThrow();
  });

  it('holds numbers of each type exactly', () => {
    const constant = (name: string) => numbersOf(graph.constants.get(name) ?? floatScalar(0));
    expect([...constant('weights')]).toEqual([-128, 0, 127, 1]);
    expect([...constant('shape')]).toEqual([1, -1, 2 ** 33]);
  });

  it('may be the published model', async () => {
    const bytes = await readFile(join(testModelsDir(), 'kokoro-v1.0-int8.onnx'));
    const model = readModel(bytes);
    expect(model.inputs.map(({ name }) => name)).toEqual(['tokens', 'style', 'speed']);
    const again = readModel(Buffer.concat(writeModel(model)));
    expect(again.nodes).toEqual(model.nodes);
    expect([...again.constants.keys()]).toEqual([...model.constants.keys()]);
    for (const [name, { data, ...shape }] of model.constants) {
      const { data: copy, ...copiedShape } = again.constants.get(name) ?? floatScalar(0);
      expect(copiedShape).toEqual(shape);
      expect(Buffer.compare(copy, data)).toBe(0);
    }
  });
});
