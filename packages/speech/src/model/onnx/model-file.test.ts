import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { testModelsDir } from '../../assets/test-models.ts';
import { elementType, type Graph, makeNode } from './graph.ts';
import { readModel } from './read-model.ts';
import { floatScalar, longs, numbersOf, tensorOf } from './tensor.ts';
import { writeModel, writeWeights } from './write-model.ts';

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

  it('may have its large constants in a file beside it', async () => {
    const large = (factor: number) =>
      tensorOf(Float32Array.from({ length: 5000 }, (_, i) => i * factor));
    const sum: Graph = {
      ...graph,
      nodes: [
        makeNode('Add', ['x', 'first'], 'a'),
        makeNode('Add', ['a', 'small'], 'b'),
        makeNode('Add', ['b', 'second'], 'y'),
      ],
      constants: new Map([
        ['first', large(1)],
        ['small', floatScalar(0.5)],
        ['second', large(-3)],
      ]),
      inputs: [{ name: 'x', type: elementType.float32 }],
      outputs: [{ name: 'y', type: elementType.float32 }],
    };
    const folder = await mkdtemp(join(tmpdir(), 'voiceflow-weights-'));
    try {
      const weights = Buffer.concat(writeWeights(sum));
      const model = Buffer.concat(writeModel(sum, { name: 'w', sha256: 'of w' }));
      expect(weights.length).toBeGreaterThanOrEqual(40_000);
      expect(model.length).toBeLessThan(1000);
      expect(model.includes('of w')).toBe(true);
      await writeFile(join(folder, 'w'), weights);
      await writeFile(join(folder, 'm.onnx'), model);
      const session = await InferenceSession.create(join(folder, 'm.onnx'));
      const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1), [1]) });
      await session.release();
      expect(y?.data).toEqual(Float32Array.from({ length: 5000 }, (_, i) => 1.5 - 2 * i));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
