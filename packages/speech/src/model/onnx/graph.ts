/** ONNX element types by their numbers in onnx.proto. */
export const elementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const;

/** A constant tensor; `data` holds the elements in row-major order, little-endian. */
export interface Tensor {
  type: number;
  dims: readonly number[];
  data: Uint8Array;
}

export type Attribute =
  | { kind: 'int'; value: number }
  | { kind: 'float'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'tensor'; value: Tensor }
  | { kind: 'ints'; value: readonly number[] }
  | { kind: 'floats'; value: readonly number[] };

export interface Node {
  name: string;
  opType: string;
  /** Empty for the standard operators. */
  domain: string;
  /** Names of values; an empty name is an optional input left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: ReadonlyMap<string, Attribute>;
}

/** An input or output of the whole graph; a dimension is a length, a symbol, or unknown. */
export interface ValueInfo {
  name: string;
  type: number;
  dims?: readonly (number | string)[];
}

/** An ONNX model. Rewrites answer a new one and share whatever they did not change. */
export interface Graph {
  irVersion: number;
  /** Operator set version of each domain; the standard operators' domain is ''. */
  opsets: ReadonlyMap<string, number>;
  name: string;
  nodes: readonly Node[];
  constants: ReadonlyMap<string, Tensor>;
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
}

/** Who makes and who reads each value of a graph. */
export interface Wiring {
  producer: ReadonlyMap<string, Node>;
  /** The nodes that read a value, in graph order, each once. */
  consumers(value: string): readonly Node[];
}

export function wire(graph: Graph): Wiring {
  const producer = new Map<string, Node>();
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) producer.set(output, node);
    for (const input of new Set(node.inputs)) {
      const readers = consumers.get(input);
      if (readers) readers.push(node);
      else consumers.set(input, [node]);
    }
  }
  return { producer, consumers: (value) => consumers.get(value) ?? [] };
}

/** The same graph without the nodes and constants that no output depends on. */
export function removeUnused(graph: Graph): Graph {
  const { producer } = wire(graph);
  const alive = new Set<string>();
  const pending = graph.outputs.map((output) => output.name);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (alive.has(value)) continue;
    alive.add(value);
    pending.push(...(producer.get(value)?.inputs ?? []));
  }
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => node.outputs.some((output) => alive.has(output))),
    constants: new Map([...graph.constants].filter(([name]) => alive.has(name))),
  };
}

/**
 * The same graph with every node behind the nodes that it reads from, as ONNX demands.
 * @throws when a value has no producer or the nodes form a cycle
 */
export function sortNodes(graph: Graph): Graph {
  const { producer } = wire(graph);
  const known = new Set(['', ...graph.constants.keys(), ...graph.inputs.map(({ name }) => name)]);
  const state = new Map<Node, 'open' | 'done'>();
  const sorted: Node[] = [];
  const visit = (root: Node): void => {
    const stack = [{ node: root, next: 0 }];
    state.set(root, 'open');
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        state.set(top.node, 'done');
        sorted.push(top.node);
        stack.pop();
        continue;
      }
      if (known.has(input)) continue;
      const source = producer.get(input);
      if (!source) throw new Error(`node ${top.node.name}: nothing produces its input ${input}`);
      if (state.get(source) === 'open') throw new Error(`node ${source.name} depends on itself`);
      if (state.has(source)) continue;
      state.set(source, 'open');
      stack.push({ node: source, next: 0 });
    }
  };
  for (const node of graph.nodes) if (!state.has(node)) visit(node);
  return { ...graph, nodes: sorted };
}

/** Builds a node; its name is that of its first output. */
export function makeNode(
  opType: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes: Record<string, Attribute> = {},
  domain = '',
): Node {
  const outputList = typeof outputs === 'string' ? [outputs] : outputs;
  return {
    name: outputList[0] ?? opType,
    opType,
    domain,
    inputs,
    outputs: outputList,
    attributes: new Map(Object.entries(attributes)),
  };
}

/**
 * The same graph with some nodes exchanged for others and new constants; what nothing reads any
 * more is dropped. A node that others still read stays unless it is itself replaced.
 */
export function replaceNodes(
  graph: Graph,
  replacements: ReadonlyMap<Node, readonly Node[]>,
  constants: ReadonlyMap<string, Tensor> = new Map(),
): Graph {
  return sortNodes(
    removeUnused({
      ...graph,
      nodes: graph.nodes.flatMap((node) => replacements.get(node) ?? [node]),
      constants: new Map([...graph.constants, ...constants]),
    }),
  );
}
