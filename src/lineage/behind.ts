import type { Session } from '../engines/engine.ts'
import { all } from '../run/execute.ts'
import type { FileRow, RowBehind, RowsInput, RowsOf } from './explained.ts'
import type { Part } from './figure.ts'
import { type Origin, placesSql } from './origin.ts'
import { piiOf } from './pii.ts'

export const one = async (session: Session, sql: string): Promise<Record<string, unknown>> =>
  (await all(session, sql))[0] ?? {}

/** Rows as texts in the order of their keys; what is personal is starred out unless it was asked for. */
export async function rowsOf(
  { session, catalog, project, limit, reveal, d }: RowsInput,
  table: string,
  path: string,
  columns: readonly string[],
  key: readonly string[],
): Promise<RowsOf<Record<string, string | null>>> {
  const hidden = (name: string) => !reveal && piiOf(catalog, project, path, name) === 'direct'
  const list = columns.map((name) => {
    const x = d.ident(name)
    return hidden(name)
      ? `case when ${x} is not null then '***' end as ${x}`
      : `cast(${x} as varchar) as ${x}`
  })
  const order = key.map((name) => `t.${d.ident(name)}`).join(', ')
  const rows = await all(
    session,
    `select ${list.join(', ')} from ${table} t order by ${order} limit ${limit}`,
  )
  const { n } = await one(session, `select count(*) as n from ${table}`)
  return { count: Number(n), shown: rows as Record<string, string | null>[] }
}

/** Rows of a relation with the rows of the files each was made from; with `breaks`, which of these conditions each breaks. */
export async function rowsBehind(
  input: RowsInput,
  { population: { target } }: Part,
  origins: readonly Origin[],
  table: string,
  columns: readonly string[],
  breaks: readonly string[],
): Promise<RowsOf<RowBehind>> {
  const { session, d, limit } = input
  const order = target.key.map((name) => d.ident(name)).join(', ')
  const shown = `(select * from ${table} order by ${order} limit ${limit})`
  const rows = await rowsOf(input, shown, target.path, columns, target.key)
  const { n } = await one(session, `select count(*) as n from ${table}`)
  const keys = await all(
    session,
    `select ${[...target.key.map((name) => `cast(${d.ident(name)} as varchar)`), ...breaks.map((sql) => `coalesce((\n${sql}\n), false)`)].map((sql, i) => `${sql} as k${i}`).join(', ')} from ${shown} t order by ${target.key.map((name) => `t.${d.ident(name)}`).join(', ')}`,
  )
  const places = placesSql(input, target, origins, shown)
  const files =
    places === undefined ? new Map<string, FileRow[]>() : await placesByKey(input, target.key, places)
  return {
    count: Number(n),
    shown: rows.shown.map((values, index) => {
      const row = keys[index] ?? {}
      const broken = breaks.filter((_, i) => row[`k${target.key.length + i}`] !== true)
      return {
        values,
        at: files.get(keyText(target.key.map((_, i) => row[`k${i}`]))) ?? [],
        ...(breaks.length > 0 ? { breaks: broken } : {}),
      }
    }),
  }
}

const keyText = (values: readonly unknown[]): string => JSON.stringify(values.map(String))

async function placesByKey(
  { session, d }: RowsInput,
  key: readonly string[],
  sql: string,
): Promise<Map<string, FileRow[]>> {
  const columns = key.map((name, i) => `cast(${d.ident(name)} as varchar) as k${i}`)
  const rows = await all(
    session,
    `select ${columns.join(', ')}, _source, _source_file, _row_number, _delivery from (${sql}) order by _source, _delivery, _row_number`,
  )
  const byKey = new Map<string, FileRow[]>()
  for (const row of rows) {
    const text = keyText(key.map((_, i) => row[`k${i}`]))
    byKey.set(text, [
      ...(byKey.get(text) ?? []),
      {
        source: String(row._source),
        file: String(row._source_file),
        row: Number(row._row_number),
        delivery: Number(row._delivery),
      },
    ])
  }
  return byKey
}
