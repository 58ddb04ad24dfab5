import type { Engine } from '../engine.ts'
import { dialect } from './dialect.ts'
import { connect } from './session.ts'
import { traits } from './traits.ts'

export const duckdb: Engine = { name: 'duckdb', traits, dialect, connect }
