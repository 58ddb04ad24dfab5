import type { Engine } from '../engine.ts'
import { dialect } from './dialect.ts'
import { connect, openWarehouse } from './session.ts'
import { traits } from './traits.ts'

export const duckdb: Engine = { name: 'duckdb', traits, dialect, connect, open: openWarehouse }
