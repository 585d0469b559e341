import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../files/hash-file.ts';
import { replaceFile } from '../files/replace-file.ts';
import {
  ensureDerivedFile,
  hashModelFile,
  isIntact,
  removeDerivedFile,
  removeLeftovers,
} from './derived-file.ts';
import type { Graph } from './onnx/graph.ts';
import { processorName } from './processor.ts';
import { loadRecipe, type StoredRecipe } from './recipe.ts';
import { rewriterVersion } from './rewrites/version.ts';
import { type Variant, variants } from './variants.ts';

const reportSchema = z.object({
  variant: z.enum(variants),
  /** The processor that the variants were compared on. */
  processor: z.string(),
  measured: z.array(
    z.object({
      variant: z.enum(variants),
      cpuSecondsPerAudioSecond: z.number(),
      melDistanceDecibels: z.number(),
      /** What listeners would say overall, from 1 to 5: DNSMOS, the mean over the probes. */
      opinion: z.number(),
      withinGate: z.boolean(),
    }),
  ),
});
/** Why a variant serves; nothing is measured where a setting decided. */
export type VariantReport = z.infer<typeof reportSchema>;

export interface PrepareOptions {
  shippedModelFile: string;
  /** Holds `<voice>.bin`. */
  voicesDir: string;
  /** DNSMOS, for `auto`. */
  judgeFile: string;
  /** Where the rewritten models lie; made if missing. */
  derivedDir: string;
  /** `auto` measures, once for each processor; anything else decides. */
  variant: Variant | 'auto';
  progress?: (message: string) => void;
}

/** Where `fetchAssets` puts what `prepareKokoro` takes, and where that puts what it makes. */
export function kokoroPaths(modelsDir: string) {
  return {
    shippedModelFile: join(modelsDir, 'kokoro-v1.0-int8.onnx'),
    voicesDir: join(modelsDir, 'voices'),
    judgeFile: join(modelsDir, 'dnsmos-p835.onnx'),
    derivedDir: join(modelsDir, 'derived'),
  };
}

export interface PreparedKokoro {
  /** For `openKokoro`. */
  modelFile: string;
  variant: Variant;
  report: VariantReport;
}

/**
 * Makes the variants of the published model in `derivedDir` and answers the one that serves on this
 * CPU. It computes for some seconds the first time; after that it only looks whether all is as it
 * was, and what computes is not even loaded. Nothing that
 * was left by a killed process, a full disk or a damaged file is ever trusted.
 * @throws when the disk is full or the file is not the published model
 */
export async function prepareKokoro(options: PrepareOptions): Promise<PreparedKokoro> {
  const { derivedDir, progress = () => undefined } = options;
  await mkdir(derivedDir, { recursive: true });
  await removeLeftovers(derivedDir);
  const recipe = await loadRecipe();
  const key = keyOf(recipe);
  await removeStale(derivedDir, key);
  const workshop: Workshop = { ...options, key, recipe, progress };
  const report =
    options.variant === 'auto'
      ? await chooseVariant(workshop)
      : { variant: options.variant, processor: await processorName(), measured: [] };
  const modelFile = await ensureVariant(workshop, report.variant);
  return { modelFile, variant: report.variant, report };
}

/** The model file that serves, where `prepareKokoro` would have nothing to make. It reads no model. */
export async function findPreparedKokoro({
  derivedDir,
  variant,
}: Pick<PrepareOptions, 'derivedDir' | 'variant'>): Promise<string | undefined> {
  const key = keyOf(await loadRecipe());
  const chosen = variant === 'auto' ? (await readChoice(derivedDir, key))?.variant : variant;
  if (!chosen) return undefined;
  const file = variantFile(derivedDir, chosen, key);
  return (await isIntact(weightsFileOf(file))) && (await isIntact(file)) ? file : undefined;
}

type Workshop = PrepareOptions & {
  key: string;
  recipe: StoredRecipe;
  progress: (message: string) => void;
};

/**
 * The large weights lie in a file of their own beside the model: the runtime maps it into memory,
 * which all workers share and which is there without reading it.
 */
async function ensureVariant(workshop: Workshop, variant: Variant): Promise<string> {
  const { derivedDir, key } = workshop;
  const file = variantFile(derivedDir, variant, key);
  const weightsFile = weightsFileOf(file);
  let derived: Promise<Graph> | undefined;
  const derive = () => (derived ??= deriveVariant(workshop, variant));
  await ensureDerivedFile(weightsFile, async (temporary) => {
    const { saveWeights } = await import('./derive.ts');
    await saveWeights(await derive(), temporary);
  });
  const weights = { name: basename(weightsFile), sha256: await hashModelFile(weightsFile) };
  await ensureDerivedFile(file, async (temporary) => {
    const { saveModel } = await import('./derive.ts');
    await saveModel(await derive(), temporary, weights);
  });
  return file;
}

async function deriveVariant(workshop: Workshop, variant: Variant): Promise<Graph> {
  const { shippedModelFile, recipe, progress } = workshop;
  progress(`Making the ${variant} model`);
  await checkShipped(shippedModelFile, recipe);
  const { deriveGraph, readShipped } = await import('./derive.ts');
  return deriveGraph(await readShipped(shippedModelFile), variant, recipe);
}

async function checkShipped(file: string, { modelSha256 }: StoredRecipe): Promise<void> {
  const sha256 = await hashFile(file);
  if (sha256 === modelSha256) return;
  throw new Error(
    `${file}: is not the model that VoiceFlow is calibrated for ` +
      `(sha256 ${sha256}, expected ${modelSha256})`,
  );
}

/** The choice kept for this processor, or a new measurement. */
async function chooseVariant(workshop: Workshop): Promise<VariantReport> {
  const kept = await readChoice(workshop.derivedDir, workshop.key);
  if (kept) return kept;
  const { compareVariants } = await import('./compare-variants.ts');
  const measured = await compareVariants({
    ...workshop,
    modelFileOf: (variant) => ensureVariant(workshop, variant),
  });
  const report = { variant: pickVariant(measured), processor: await processorName(), measured };
  await replaceFile(
    choiceFile(workshop.derivedDir, workshop.key),
    `${JSON.stringify(report, null, 1)}\n`,
  );
  for (const variant of variants) {
    if (variant === report.variant) continue;
    const file = variantFile(workshop.derivedDir, variant, workshop.key);
    await removeDerivedFile(file);
    await removeDerivedFile(weightsFileOf(file));
  }
  return report;
}

/** The fastest of those that sound right. */
export function pickVariant(measured: VariantReport['measured']): Variant {
  const [fastest] = measured
    .filter(({ withinGate }) => withinGate)
    .toSorted((a, b) => a.cpuSecondsPerAudioSecond - b.cpuSecondsPerAudioSecond);
  return fastest?.variant ?? 'float';
}

/** What was measured on this very processor. */
async function readChoice(derivedDir: string, key: string): Promise<VariantReport | undefined> {
  try {
    const report = reportSchema.parse(
      JSON.parse(await readFile(choiceFile(derivedDir, key), 'utf8')),
    );
    return report.processor === (await processorName()) ? report : undefined;
  } catch {
    return undefined;
  }
}

function choiceFile(derivedDir: string, key: string): string {
  return join(derivedDir, `choice-${key}.json`);
}

function variantFile(derivedDir: string, variant: Variant, key: string): string {
  return join(derivedDir, `${variant}-${key}.onnx`);
}

function weightsFileOf(modelFile: string): string {
  return modelFile.replace(/[.]onnx$/, '.weights');
}

/** Files of earlier versions of the model, the recipe or the rewrites. */
async function removeStale(derivedDir: string, key: string): Promise<void> {
  for (const name of await readdir(derivedDir)) {
    const [, made] = /^\w+-([0-9a-f]{16})\.(?:onnx|weights|json)$/.exec(name) ?? [];
    if (made && made !== key) await removeDerivedFile(join(derivedDir, name));
  }
}

function keyOf({ modelSha256, sha256 }: StoredRecipe): string {
  const parts = [modelSha256, sha256, rewriterVersion];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
