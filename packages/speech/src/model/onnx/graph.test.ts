import { describe, expect, it } from 'vitest';
import {
  elementType,
  type Graph,
  makeNode,
  removeUnused,
  replaceNodes,
  sortNodes,
} from './graph.ts';
import { floatScalar } from './tensor.ts';

function graphOf(nodes: Graph['nodes'], constants: Graph['constants'] = new Map()): Graph {
  return {
    irVersion: 9,
    opsets: new Map([['', 20]]),
    name: 'test',
    nodes,
    constants,
    inputs: [{ name: 'x', type: elementType.float32, dims: ['n'] }],
    outputs: [{ name: 'y', type: elementType.float32 }],
  };
}
const namesOf = (graph: Graph): string[] => graph.nodes.map(({ name }) => name);

describe('sortNodes', () => {
  it('puts each node behind those it reads from', () => {
    const sorted = sortNodes(
      graphOf([
        makeNode('Abs', ['b'], 'y'),
        makeNode('Sin', ['a'], 'b'),
        makeNode('Cos', ['x'], 'a'),
      ]),
    );
    expect(namesOf(sorted)).toEqual(['a', 'b', 'y']);
  });

  it('refuses a cycle and an input from nowhere', () => {
    const cycle = [makeNode('Add', ['x', 'b'], 'a'), makeNode('Sin', ['a'], 'b')];
    expect(() => sortNodes(graphOf(cycle))).toThrow('depends on itself');
    expect(() => sortNodes(graphOf([makeNode('Sin', ['nothing'], 'y')]))).toThrow(
      'nothing produces its input nothing',
    );
  });
});

describe('removeUnused', () => {
  it('drops what no output depends on', () => {
    const graph = graphOf(
      [makeNode('Add', ['x', 'one'], 'y'), makeNode('Add', ['x', 'two'], 'z')],
      new Map([
        ['one', floatScalar(1)],
        ['two', floatScalar(2)],
      ]),
    );
    const lean = removeUnused(graph);
    expect(namesOf(lean)).toEqual(['y']);
    expect([...lean.constants.keys()]).toEqual(['one']);
  });
});

describe('replaceNodes', () => {
  it('exchanges a node for several and leaves the graph it was given alone', () => {
    const sine = makeNode('Sin', ['x'], 'y');
    const graph = graphOf([sine]);
    const replaced = replaceNodes(
      graph,
      new Map([[sine, [makeNode('Abs', ['b'], 'y'), makeNode('Cos', ['x'], 'b')]]]),
    );
    expect(namesOf(replaced)).toEqual(['b', 'y']);
    expect(namesOf(graph)).toEqual(['y']);
  });
});
