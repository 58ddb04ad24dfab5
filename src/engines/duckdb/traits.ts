import type { Traits } from '../engine.ts'

export const traits: Traits = { readsParquet: true, parallelSessions: false }
