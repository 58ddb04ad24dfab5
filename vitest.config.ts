import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const builtModels = fileURLToPath(new URL('dist/model/gold.js', import.meta.url))

export default defineConfig({
  // Runs take the shipped models as the build compiled them, as users do: parsing 41 models costs a process more than a run.
  resolve: { alias: [{ find: '../model/gold.ts', replacement: builtModels }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/built.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
