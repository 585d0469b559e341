import { fileURLToPath } from 'node:url';

/** Where tests and benchmarks find the model files: `VOICEFLOW_MODELS`, else the repository's own. */
export function testModelsDir(): string {
  return (
    process.env.VOICEFLOW_MODELS ??
    fileURLToPath(new URL('../../../../.voiceflow/models', import.meta.url))
  );
}
