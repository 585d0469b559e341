import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePython, pythonProgram } from '../scripts/prepare/python-environment.ts';
import { interleave, median, type Pass, type Side } from './contender.ts';
import { benchFolder, chooseModel, modelsDir, passagePhonemes, voice } from './passage.ts';
import { atLeast, type Result } from './result.ts';

const cpuSeconds = (passes: readonly Pass[]) => median(passes.map((pass) => pass.cpuSeconds));
const wallSeconds = (passes: readonly Pass[]) => median(passes.map((pass) => pass.wallSeconds));

/** Throughput of the engine against a bare loop over the same model, and against kokoro-onnx. */
export async function benchEngine(rounds: number): Promise<Result[]> {
  const python = join(benchFolder, '.venv');
  preparePython(join(benchFolder, 'contenders', 'requirements.txt'), python);
  const { modelFile, variant } = await chooseModel();
  const folder = await mkdtemp(join(tmpdir(), 'voiceflow-bench-'));
  try {
    const phonemesFile = join(folder, 'phonemes.json');
    await writeFile(phonemesFile, JSON.stringify(await passagePhonemes()));
    const contender = (name: string) => join(benchFolder, 'contenders', name);
    const engine = (threads: number, processes = 1): Side => ({
      command: [process.execPath, contender('engine.ts'), modelFile, `${threads}`],
      processes,
    });
    const bareLoop: Side = {
      command: [process.execPath, contender('bare-loop.ts'), modelFile, '1', phonemesFile],
      processes: 1,
    };
    const peer = (threads: number, processes = 1): Side => ({
      command: [
        pythonProgram('python', python),
        contender('kokoro_onnx_peer.py'),
        join(modelsDir, 'kokoro-v1.0-int8.onnx'),
        join(modelsDir, 'voices', `${voice}.bin`),
        `${threads}`,
        phonemesFile,
      ],
      processes,
    });
    const [ours1, bare, peer1] = await interleave([engine(1), bareLoop, peer(1)], rounds);
    const [ours2, peer2] = await interleave([engine(2), peer(2)], rounds);
    const [oursBoth, peerBoth] = await interleave([engine(1, 2), peer(1, 2)], rounds);

    // All sides say the same pieces. Seconds of audio are for all those that our model makes of them: they
    // hold little silence, before anything is trimmed or a pause is added, so that nobody gains by it.
    const audioSeconds = bare[0].audioSeconds;
    const row = (
      name: string,
      seconds: number,
      peerSeconds: number,
      goal: number,
      unit: string,
    ) => ({
      benchmark: 'engine',
      name,
      ours: `${(audioSeconds / seconds).toFixed(2)} ${unit}`,
      peer: `${(audioSeconds / peerSeconds).toFixed(2)} ${unit}`,
      ...atLeast(peerSeconds / seconds, goal),
    });
    const perCpu = 'audio s per CPU s';
    const perWall = 'audio s per s';
    const bestOfPeer = Math.min(wallSeconds(peer2), wallSeconds(peerBoth) / 2);
    return [
      row(
        `engine (${variant}) against a bare loop over session.run`,
        cpuSeconds(ours1),
        cpuSeconds(bare),
        0.95,
        perCpu,
      ),
      row(
        'engine against kokoro-onnx, 1 thread, by CPU time',
        cpuSeconds(ours1),
        cpuSeconds(peer1),
        1.8,
        perCpu,
      ),
      row(
        'engine against kokoro-onnx, 1 thread',
        wallSeconds(ours1),
        wallSeconds(peer1),
        1.8,
        perWall,
      ),
      row(
        'engine against kokoro-onnx, 2 threads',
        wallSeconds(ours2),
        wallSeconds(peer2),
        1.8,
        perWall,
      ),
      row(
        'engine, 2 processes of 1 thread, against the best use of the machine by kokoro-onnx',
        wallSeconds(oursBoth) / 2,
        bestOfPeer,
        1.8,
        perWall,
      ),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
