import { generateChoice } from './choice.ts'
import type { Manifest } from './manifest.ts'
import type { SampleOptions } from './options.ts'
import { generateRetail } from './retail.ts'
import { generateUnified } from './unified.ts'

export { generateChoice } from './choice.ts'
export { manifestFolder } from './generation.ts'
export type {
  ActivityTruth,
  ChoiceManifest,
  Defect,
  Fate,
  FileCount,
  Manifest,
  OnlineStatus,
  RetailManifest,
  Sales,
  Truth,
  UnifiedManifest,
  UnifiedTruth,
} from './manifest.ts'
export { DEFECTS_FILE, MANIFEST_FILE, readDefects, readManifest } from './manifest.ts'
export type { SampleOptions } from './options.ts'
export { generateRetail } from './retail.ts'
export { generateUnified } from './unified.ts'

export type GeneratorName = 'retail' | 'choice' | 'unified'

/** By the name that `c360 generate` takes. */
export const generators: Record<GeneratorName, (dir: string, options: SampleOptions) => Promise<Manifest>> = {
  retail: generateRetail,
  choice: generateChoice,
  unified: generateUnified,
}
