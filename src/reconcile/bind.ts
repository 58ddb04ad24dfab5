import type { Problem } from '../errors.ts'
import { type ParsedView, parseView } from './tsql/parse.ts'
import { bindQuery, type FindSource } from './tsql/query.ts'
import { renamed } from './tsql/result.ts'
import { type Stage, statementsFor } from './tsql/stage.ts'
import { type BoundQuery, type Column, Refused } from './tsql/types.ts'

/** A legacy view as DuckDB can run it. */
export interface LegacyView {
  readonly name: string
  readonly query: BoundQuery
  readonly columns: readonly Column[]
  /** Temporary tables to make first, in this order. */
  readonly stages: readonly string[]
  readonly settings?: ParsedView['settings']
}

/** Parses and binds a view's text; the first thing that is not understood is the Problem. */
export async function bindView(
  text: string,
  file: string,
  findSource: FindSource,
): Promise<LegacyView | Problem> {
  const parsed = await parseView(text)
  if ('code' in parsed) return { ...parsed, file }
  const name = parsed.name ?? file.replace(/^.*[\\/]/, '').replace(/\.sql$/i, '')
  try {
    const stages: Stage[] = []
    const query = bindQuery(
      { [parsed.query.kind]: parsed.query.fields },
      { name, ctes: new Map(), findSource, stages },
    )
    const columns = renamed(query.columns, parsed.columns)
    const nameless = columns.findIndex((column) => column.name === '')
    if (nameless >= 0)
      throw new Refused('legacy_name', `column ${nameless + 1} of the view has no name`, 'write AS name')
    const statements = statementsFor(query.sql, stages)
    return {
      name,
      query,
      columns,
      stages: statements,
      ...(parsed.settings ? { settings: parsed.settings } : {}),
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { code, message, hint, line = lineNaming(text, error.message) } = error
    return { code, message, file, line, ...(hint === undefined ? {} : { hint }) }
  }
}

/** The parser keeps no place for a call without columns in it: the first line with the word that is refused. */
function lineNaming(text: string, message: string): number {
  const word = /`(\w+)`/.exec(message)?.[1]?.toLowerCase()
  const index =
    word === undefined
      ? -1
      : text
          .toLowerCase()
          .split('\n')
          .findIndex((line) => line.includes(word))
  return Math.max(1, index + 1)
}
