import { didYouMean } from '../../project/words.ts'
import { type BoundQuery, type Column, Refused, type Relation } from './types.ts'

/** What names mean at one place of the view. */
export interface Scope {
  readonly items: readonly { readonly alias: string; readonly columns: readonly Column[] }[]
  readonly parent?: Scope
  /** Text a row-wise expression has -> text it has after grouping. */
  readonly grouped?: ReadonlyMap<string, string>
  readonly bindQuery: (query: unknown, outer: Scope) => BoundQuery
  readonly findTable: (name: string, line: number | undefined) => Relation
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

interface Found {
  readonly alias: string
  readonly column: Column
  readonly sql: string
  /** It belongs to a query around this one. */
  readonly outer: boolean
}

/** Finds a column by name, in the innermost query that has it. */
export function findColumn(
  scope: Scope,
  table: string | undefined,
  name: string,
  line: number | undefined,
): Found {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const items = at.items.filter(({ alias }) => table === undefined || same(alias, table))
    const found = items.flatMap(({ alias, columns }) =>
      columns.filter((column) => same(column.name, name)).map((column) => ({ alias, column })),
    )
    const [first, ...more] = found
    if (first && more.length > 0)
      throw new Refused(
        'legacy_name',
        `\`${name}\` may be ${found.map(({ alias }) => `${alias}.${name}`).join(' or ')}`,
        'write the table before it',
        line,
      )
    if (first)
      return { ...first, sql: `${quoted(first.alias)}.${quoted(first.column.name)}`, outer: at !== scope }
    if (table !== undefined && items.length > 0)
      throw missing(
        name,
        items.flatMap(({ columns }) => columns),
        `${table}.${name}`,
        line,
      )
  }
  if (table !== undefined) {
    const hint = didYouMean(
      table,
      scope.items.map(({ alias }) => alias),
    )
    throw new Refused('legacy_name', `there is no table or alias \`${table}\` here`, hint, line)
  }
  throw missing(
    name,
    scope.items.flatMap(({ columns }) => columns),
    name,
    line,
  )
}

function missing(
  name: string,
  columns: readonly Column[],
  written: string,
  line: number | undefined,
): Refused {
  const hint = didYouMean(
    name,
    columns.map((column) => column.name),
  )
  return new Refused('legacy_name', `there is no column \`${written}\``, hint, line)
}
