import { generateRetail } from './retail.ts'

export type { Defect, Fate, FileCount, Manifest, OnlineStatus, Sales, Truth } from './manifest.ts'
export { DEFECTS_FILE, MANIFEST_FILE, readDefects, readManifest } from './manifest.ts'
export type { RetailOptions } from './retail.ts'
export { generateRetail, manifestFolder } from './retail.ts'

/** By the name that `c360 generate` takes. */
export const generators: Record<'retail', typeof generateRetail> = { retail: generateRetail }
