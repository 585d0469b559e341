import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

const passSchema = z.object({
  audioSeconds: z.number(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
});
export type Pass = z.infer<typeof passSchema>;

/** A process that makes the same audio again whenever it is asked to. */
export class Contender {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts the process and waits until it has loaded its model. */
  static async start([program = '', ...args]: readonly string[]): Promise<Contender> {
    const contender = new Contender(spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await contender.#line();
    return contender;
  }

  async #line(): Promise<string> {
    const line = await this.#lines.next();
    if (line.done) throw new Error(`${this.#child.spawnargs.join(' ')} ended`);
    return line.value;
  }

  /** Lets it work once, on `input` where the contender reads one. */
  async pass(input = ''): Promise<Pass> {
    this.#child.stdin.write(`${input}\n`);
    return passSchema.parse(JSON.parse(await this.#line()));
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}

/** Passes of several processes at once, as one: audio and CPU time added, the longest wall time. */
async function passTogether(contenders: readonly Contender[]): Promise<Pass> {
  const passes = await Promise.all(contenders.map((contender) => contender.pass()));
  return {
    audioSeconds: passes.reduce((sum, pass) => sum + pass.audioSeconds, 0),
    cpuSeconds: passes.reduce((sum, pass) => sum + pass.cpuSeconds, 0),
    wallSeconds: Math.max(...passes.map((pass) => pass.wallSeconds)),
  };
}

/** A side of a comparison: a command, and how many processes of it work at once. */
export interface Side {
  command: readonly string[];
  processes: number;
}

/**
 * Lets the sides work in turn, `rounds` times and once before to warm up, so that whatever else the machine does falls on all of
 * them alike. Answers each side's passes.
 */
export async function interleave(sides: readonly Side[], rounds: number): Promise<Pass[][]> {
  const teams: Contender[][] = [];
  try {
    for (const { command, processes } of sides) {
      teams.push(
        await Promise.all(Array.from({ length: processes }, () => Contender.start(command))),
      );
    }
    const passes: Pass[][] = teams.map(() => []);
    for (const team of teams) await passTogether(team);
    for (let round = 0; round < rounds; round++) {
      for (const [index, team] of teams.entries()) passes[index].push(await passTogether(team));
    }
    return passes;
  } finally {
    await Promise.all(teams.flat().map((contender) => contender.close()));
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
