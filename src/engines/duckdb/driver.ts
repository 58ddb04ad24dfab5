import { createRequire } from 'node:module'

/** Required, not imported: of a CommonJS package Node reads every file twice for an import, which takes 0.2 s more. */
export const driver = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api')
