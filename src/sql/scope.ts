import type { Columns, SqlType } from './types.ts'
import type { SqlNode } from './walk.ts'

/** A relation in FROM: what it is called in the query, and how that is printed. */
export interface Source {
  readonly name: string
  readonly printed: string
  readonly columns: Columns
  /** A table of the warehouse: its columns have precisely the types given. */
  readonly isTable: boolean
}

/** What a name in a query may stand for. */
export interface Scope {
  readonly sources: readonly Source[]
  /** Names the SELECT itself gives: DuckDB lets its other clauses use them. */
  readonly aliases: ReadonlyMap<string, SqlNode>
  readonly outer: Scope | undefined
}

export interface Found {
  /** As its relation spells it. */
  readonly name: string
  readonly type: SqlType
  readonly source: Source
}

const inSource = (source: Source, name: string): Found | undefined => {
  const column = source.columns.find(([own]) => own.toLowerCase() === name.toLowerCase())
  return column && { name: column[0], type: column[1], source }
}

/** The column a name means within one level; undefined if it has none. */
export function columnIn(scope: Scope, name: string, table: string | undefined): Found | undefined {
  for (const source of scope.sources) {
    if (table !== undefined && source.name.toLowerCase() !== table.toLowerCase()) continue
    const found = inSource(source, name)
    if (found) return found
  }
  return undefined
}

/** The column a name means in the queries around this one, nearest first. */
export function columnAround(scope: Scope, name: string, table: string | undefined): Found | undefined {
  for (let level = scope.outer; level; level = level.outer) {
    const found = columnIn(level, name, table)
    if (found) return found
  }
  return undefined
}

export const withoutAlias = (scope: Scope, name: string): Scope => ({
  ...scope,
  aliases: new Map([...scope.aliases].filter(([alias]) => alias !== name)),
})
