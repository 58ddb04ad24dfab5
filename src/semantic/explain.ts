import type { Problem } from '../errors.ts'
import { dimensionsOf, measureNamed } from '../model/semantic/catalogue.ts'
import { aggregatesOf } from '../model/semantic/expression.ts'
import { facts } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { allOf } from './aggregate-sql.ts'
import { conjuncts } from './aggregates.ts'
import { FactRows } from './rows.ts'
import type { Filters } from './types.ts'
import { wanted } from './wanted.ts'

/** The rows of one gold table that a measure counted. */
export interface Counted {
  readonly table: string
  /** Columns that tell the table's rows apart; they come first, and lineage leads from them to file and row. */
  readonly key: readonly string[]
  /** The key and every column that decides or is summed. */
  readonly columns: readonly string[]
  readonly sql: string
}

export type Explaining =
  | { readonly ok: true; readonly counted: readonly Counted[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * What a figure rests on: for each of the measure's facts the SELECT of the rows that any of its parts counted under the
 * filters, in the order of their key. `limit` rows at most.
 */
export function explainMeasure(name: string, filters: Filters, dialect: Dialect, limit: number): Explaining {
  const measure = measureNamed(name)
  const checked = wanted({ measures: [name], filters })
  if (!measure || !checked.wanted) return { ok: false, problems: checked.problems }
  const { range, values } = checked.wanted
  const reached = dimensionsOf(measure).map((dimension) => dimension.name)
  const aggregates = aggregatesOf(measure.expression).flatMap((one) =>
    one.op === 'count_having' ? [one, ...aggregatesOf(one.having)] : [one],
  )
  const counted = [...new Set(aggregates.map(({ fact }) => fact))].map((factName): Counted => {
    const fact = facts[factName]
    const own = aggregates.filter((one) => one.fact === factName)
    const rows = new FactRows(dialect, fact)
    const any = [...new Set(own.map(({ where }) => allOf(rows, conjuncts(where))))]
    const decides = own.flatMap((one) => [
      ...('column' in one ? [one.column] : []),
      ...conjuncts(one.where).flatMap((condition) => ('column' in condition ? [condition.column] : [])),
    ])
    const columns = [...new Set([...fact.key, ...(fact.date ? [fact.date] : []), ...decides])]
    const shown = columns.map((column) => `${rows.column(column)} as ${dialect.ident(column)}`)
    const filtered = [
      ...rows.filters(
        range,
        values.filter(({ dimension }) => reached.includes(dimension.name)),
      ),
      ...(any.includes('') ? [] : [`(${any.map((one) => `(${one})`).join(' or ')})`]),
    ]
    const where = filtered.length > 0 ? `\nwhere ${filtered.join('\n  and ')}` : ''
    const order = fact.key.map((_, index) => index + 1).join(', ')
    return {
      table: fact.table,
      key: fact.key.filter((column) => !fact.made?.includes(column)),
      columns,
      sql: `select ${shown.join(', ')}\nfrom ${rows.from()}${where}\norder by ${order}\nlimit ${limit}`,
    }
  })
  return { ok: true, counted }
}
