/** The process that `prepare-models.ts` forks. It ends when its parent does. */
import { type DownloadProgress, fetchAssets, findMissingAssets } from '@voiceflow/speech/assets';
import { kokoroPaths, prepareKokoro } from '@voiceflow/speech/model/prepare';
import { z } from 'zod';
import type { ModelMessage, ModelPreparation } from './prepare-models.ts';

const requestSchema: z.ZodType<ModelPreparation> = z.object({
  modelsDir: z.string(),
  mirror: z.string().optional(),
  variant: z.enum(['auto', 'quantised', 'float', 'shipped']),
});

process.on('disconnect', () => process.exit(1));
process.once('message', (received) => {
  prepare(requestSchema.parse(received)).then(
    (modelFile) => tell({ kind: 'prepared', modelFile }),
    (error: unknown) => tell({ kind: 'failed', problem: describeFailure(error) }),
  );
});

function tell(message: ModelMessage): void {
  process.send?.(message);
}

/** An error of the download says all in its message; another one shows where it comes from. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.name === 'AssetError' ? error.message : error.stack) ?? error.message;
}

async function prepare({ modelsDir, mirror, variant }: ModelPreparation): Promise<string> {
  const missing = await findMissingAssets(modelsDir);
  if (missing.length > 0) {
    tell({ kind: 'said', line: `Fetching ${missing.length} model files to ${modelsDir}` });
    await fetchAssets({
      modelsDir,
      mirror,
      onProgress: (progress) => tell({ kind: 'progressed', line: describeProgress(progress) }),
    });
    tell({ kind: 'said', line: 'The model files are complete and verified.' });
  }
  const { modelFile } = await prepareKokoro({
    ...kokoroPaths(modelsDir),
    variant,
    progress: (line) => tell({ kind: 'progressed', line }),
  });
  return modelFile;
}

const barWidth = 24;

function describeProgress(progress: DownloadProgress): string {
  const { receivedBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  const share = totalBytes > 0 ? receivedBytes / totalBytes : 0;
  const bar = '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░');
  const left = Number.isFinite(secondsLeft) ? `, ${Math.ceil(secondsLeft)} s left` : '';
  return `${bar} ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB, ${megabytes(bytesPerSecond)} MB/s${left}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
