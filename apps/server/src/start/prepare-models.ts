import { join } from 'node:path';
import {
  type DownloadProgress,
  fetchAssets,
  findMissingAssets,
  prepareKokoro,
} from '@voiceflow/speech';
import type { Env } from '../env.ts';
import type { Terminal } from './terminal.ts';

/** Fetches the model files that are missing and makes the variant for this CPU. Answers its file. */
export async function prepareModels(
  env: Env,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string> {
  const modelsDir = join(env.VOICEFLOW_HOME, 'models');
  const missing = await findMissingAssets(modelsDir);
  if (missing.length > 0) {
    terminal.say(`Fetching ${missing.length} model files to ${modelsDir}`);
    await fetchAssets({
      modelsDir,
      mirror: env.VOICEFLOW_MODEL_MIRROR,
      onProgress: (progress) => terminal.progress(describeProgress(progress)),
      signal,
    });
    terminal.say('The model files are complete and verified.');
  }
  const { modelFile } = await prepareKokoro({
    shippedModelFile: join(modelsDir, 'kokoro-v1.0-int8.onnx'),
    voicesDir: join(modelsDir, 'voices'),
    derivedDir: join(modelsDir, 'derived'),
    variant: env.KOKORO_VARIANT,
    progress: (message) => terminal.progress(message),
  });
  return modelFile;
}

const barWidth = 24;

function describeProgress(progress: DownloadProgress): string {
  const { receivedBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  const share = totalBytes > 0 ? receivedBytes / totalBytes : 0;
  const bar = '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░');
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `${bar} ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB, ${megabytes(bytesPerSecond)} MB/s${left}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
