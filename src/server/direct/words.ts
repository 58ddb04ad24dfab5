import { dialect as duckdb } from '../../engines/duckdb/dialect.ts'
import type { Marks, Remote } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { parseQuery } from '../../sql/parse.ts'
import { notPortable } from '../../sql/portable.ts'
import type { PrintedQuery } from '../../sql/print.ts'
import type { Columns } from '../../sql/types.ts'

const DIGITS = Array.from({ length: 10 }, (_, n) => `select ${n} as n`).join(' union all ')

/** The embedded engine's words, but for those that are in no other: what is written with them can be asked anywhere. */
export const askable: Dialect = {
  ...duckdb,
  numbers(count) {
    const places = Array.from({ length: Math.max(1, String(Math.max(0, count - 1)).length) }, (_, i) => i)
    const sum = places.map((i) => `${10 ** i} * d${i}.n`).join(' + ')
    const from = places.map((i) => `(${DIGITS}) d${i}`).join(' cross join ')
    return `(select cast(${sum} as integer) as n from ${from} where ${sum} < ${count})`
  },
}

/** What a version of a target is read by. */
export interface Place {
  readonly remote: Pick<Remote, 'where' | 'dialect' | 'print'> & { readonly marks: Pick<Marks, 'at'> }
  /** Gold model -> mark of its table. */
  readonly gold: Readonly<Record<string, string>>
  readonly types: ReadonlyMap<string, Columns>
}

/**
 * A question in the embedded engine's words as the target's engine takes it, its tables as they stood when the version was committed.
 * CONFLICT for what cannot be asked there.
 */
export async function inWordsThere(sql: string, { remote, gold, types }: Place): Promise<PrintedQuery> {
  const parsed = await parseQuery(sql)
  if (!parsed.ok) throw new C360Error('INTERNAL', 'A question could not be read again.')
  const [refused] = notPortable(parsed.query, 'question')
  if (refused) throw notThere(remote, refused.message)
  try {
    return remote.print(
      parsed.query,
      (name) => `(${remote.marks.at(remote.dialect.table('gold', name), gold[name] ?? '')})`,
      (name, schema = 'gold') => (schema === 'gold' && name in gold ? types.get(name) : undefined),
    )
  } catch (error) {
    if (error instanceof C360Error && error.code === 'PROJECT_INVALID') throw notThere(remote, error.message)
    throw error
  }
}

const notThere = ({ where }: Place['remote'], why: string): C360Error =>
  new C360Error('CONFLICT', `${where} cannot be asked this live: ${why}.`, { hint: CHOOSE_IMPORT })

export const CHOOSE_IMPORT =
  'Choose import in the refresh settings: pages then read a copy of gold, and all of it can be asked.'

/** What direct mode does not offer, by its name. */
export const notLive = (what: string): C360Error =>
  new C360Error('CONFLICT', `${what} is not offered live.`, { hint: CHOOSE_IMPORT })
