import { fromText } from './tsql/from.ts'
import { quoted } from './tsql/scope.ts'
import type { Block, Item } from './tsql/types.ts'

export interface Reduced {
  readonly sql: string
  /** Its rows are the combinations of rows of the kept items, each once. */
  readonly exact: boolean
}

/**
 * A block's FROM for a query that wants each combination of the kept items' rows once and reads nothing but them and
 * `texts`. A join that only repeats rows is left out, one that also filters becomes a semi join, and what remains of the
 * repetition (`exact` is false) is for a DISTINCT. The rows of every item are numbered in `_row`.
 */
export function reducedFrom(block: Block, kept: ReadonlySet<string>, texts: readonly string[]): Reduced {
  const joins: Item[] = []
  let read = texts.join('\n')
  for (const item of [...block.items].reverse()) {
    const wanted = kept.has(item.alias) || read.includes(`${quoted(item.alias)}.`)
    if (!wanted && item.join === 'left') continue
    const semi = !wanted && item.join === 'inner' && isPlainKey(item)
    if (item.on) read += `\n${item.on.sql}`
    joins.unshift(semi ? { ...item, join: 'semi' } : item)
  }
  return {
    sql: joins.length > 0 ? fromText(joins, relationSql) : '(select 1) as one',
    exact: joins.every(({ alias, join }) => kept.has(alias) || join === 'semi'),
  }
}

/** The condition is one equality and no more: what an engine looks up instead of trying every pair. */
const isPlainKey = ({ keys, on }: Item): boolean => keys.length === 1 && on?.node.kind === 'eq'

const relationSql = ({ relation }: Item): string =>
  relation.numbered ? relation.sql : `(select *, row_number() over () as _row from ${relation.sql} r)`
