import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { type Cell, createWorkbook } from '../../src/workbook/index.ts'

/** What a random table holds: texts, '' for nothing. */
export interface Table {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A sheet as JSON can tell it; a row of null is left empty. */
export interface SheetText {
  readonly name: string
  /** Rows above the header: a title and what is empty. */
  readonly above: number
  readonly header: readonly string[]
  readonly rows: readonly (readonly Cell[] | null)[]
}

/** The workbook that a JSON list of sheets tells. */
export async function workbookBytes(text: string): Promise<Uint8Array> {
  const sheets = JSON.parse(text) as readonly SheetText[]
  return written('book.xlsx', async (path) => {
    const book = createWorkbook(path)
    for (const { name, above, header, rows } of sheets) {
      const titled = header.map((_, index) => ({ header: index === 0 ? 'As of today' : '' }))
      const sheet = book.addSheet(name, above === 0 ? header.map((title) => ({ header: title })) : titled)
      for (let row = 1; row < above; row++) sheet.skipRow()
      for (const row of above === 0 ? rows : [header, ...rows]) {
        if (row === null) sheet.skipRow()
        else sheet.addRow(row)
      }
    }
    await book.close()
  })
}

/** The Parquet file that a JSON table tells; columns named in `types` are of that type where every text can be. */
export async function parquetBytes(
  text: string,
  types: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { header, rows } = JSON.parse(text) as Table
  const { ident, literal } = duckdb.dialect
  const typed = header.map((name, place) => {
    const value = `json_extract_string(r, '$[${place}]')`
    return `try_cast(nullif(${value}, '') as ${types[name] ?? 'varchar'}) as ${ident(name)}`
  })
  const list = `select unnest(from_json(${literal(JSON.stringify(rows))}, '["JSON"]')) as r`
  return written('rows.parquet', async (path) => {
    await using session = await duckdb.connect({ threads: 1 })
    await session.execute([
      `copy (select ${typed.join(', ')} from (${list})) to ${literal(path)} (format parquet)`,
    ])
  })
}

async function written(name: string, write: (path: string) => Promise<void>): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'c360-bytes-'))
  try {
    await write(join(folder, name))
    return await readFile(join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
