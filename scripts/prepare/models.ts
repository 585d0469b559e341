import { fetchAssets, kokoroPaths, prepareKokoro } from '@voiceflow/speech';
import { testModelsDir } from '../../packages/speech/src/assets/test-models.ts';

const reportEveryMs = 5_000;

/** Fetches the model files and derives the variant that this processor runs best: once, then cached. */
export async function prepareModels(): Promise<void> {
  const modelsDir = testModelsDir();
  let reportedAt = 0;
  await fetchAssets({
    modelsDir,
    mirror: process.env.VOICEFLOW_MODEL_MIRROR,
    onProgress({ receivedBytes, totalBytes, secondsLeft }) {
      const now = Date.now();
      if (now - reportedAt < reportEveryMs && receivedBytes < totalBytes) return;
      reportedAt = now;
      const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
      const left = Number.isFinite(secondsLeft) ? `, ${Math.ceil(secondsLeft)} s left` : '';
      console.log(`Models: ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB${left}`);
    },
  });
  await prepareKokoro({
    ...kokoroPaths(modelsDir),
    variant: 'auto',
    progress: (message) => console.log(message),
  });
}
