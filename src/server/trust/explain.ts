import type { z } from '@hono/zod-openapi'
import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error } from '../../errors.ts'
import { describe } from '../../semantic/catalogue.ts'
import { type Counted, explainMeasure } from '../../semantic/explain.ts'
import type { Filters } from '../../semantic/types.ts'
import { helperOf } from '../helper/helper.ts'
import { maskedSql } from '../people/contacts.ts'
import type { Hosted } from '../projects/hosted.ts'
import { type Asking, answer, compiled, semanticContext } from '../reading/answers.ts'
import type { Lease } from '../reading/snapshot.ts'
import { tableFrom } from '../reading/tables.ts'
import type { explainedRows, explainResponse } from '../schemas/data.ts'
import type { ExplainRowsInput } from './explain-rows.ts'

export type Explained = z.infer<typeof explainResponse>
type ExplainedRows = z.infer<typeof explainedRows>

export interface MeasureAsked {
  readonly measure: string
  readonly filters: Filters
  /** Rows shown of each table. */
  readonly limit: number
  readonly reveal: boolean
}

/** All rows, for counting them. */
const NO_LIMIT = 1_000_000_000_000

/** A figure from its SQL down to the rows of the files. USAGE carries every problem of the question. */
export async function explainFigure(
  hosted: Hosted,
  lease: Lease,
  { measure, filters, limit, reveal }: MeasureAsked,
  asking: Asking,
): Promise<Explained> {
  const context = await semanticContext(lease, asking.closing)
  const query = { measures: [measure], filters }
  const { sql } = compiled(query, context, lease.live)
  const { columns, rows } = await answer(lease, query, asking)
  const figure = rows[0]?.[columns.findIndex(({ name }) => name === measure)]
  const parts: ExplainedRows[] = []
  const [counted, all] = [limit, NO_LIMIT].map((most) => explaining(measure, filters, most))
  for (const [index, part] of (counted ?? []).entries())
    parts.push(await partOf(hosted, lease, part, all?.[index]?.sql ?? part.sql, reveal, asking.signal))
  return {
    version: lease.version,
    sql,
    description: describe(context).measures.find(({ name }) => name === measure)?.description ?? '',
    value: typeof figure === 'number' ? figure : null,
    rows: parts[0] ?? nothing,
    parts,
  }
}

const nothing: ExplainedRows = { relation: '', count: 0, table: { columns: [], rows: [] }, at: [] }

function explaining(measure: string, filters: Filters, limit: number): readonly Counted[] {
  const found = explainMeasure(measure, filters, d, limit)
  if (found.ok) return found.counted
  throw new C360Error('USAGE', found.problems[0]?.message ?? 'The figure cannot be explained.', {
    hint: 'See /api/model for what can be asked.',
    problems: found.problems,
  })
}

async function partOf(
  hosted: Hosted,
  lease: Lease,
  { table: relation, key, columns, sql }: Counted,
  all: string,
  reveal: boolean,
  signal: AbortSignal,
): Promise<ExplainedRows> {
  const contacts = await hosted.contacts()
  const isMasked = (column: string) => !reveal && contacts.isContact(relation, column)
  const list = columns.map((name) =>
    isMasked(name) ? `${maskedSql(d, name)} as ${d.ident(name)}` : d.ident(name),
  )
  const [counted] = await lease.rows(`select count(*) as n from (${all})`, signal)
  const table = await tableFrom(
    lease.over(sql, (from) => `select ${list.join(', ')} from ${from}`, signal),
    (name) => (isMasked(name) ? { masked: true } : {}),
  )
  const rows = { relation, count: Number(counted?.n ?? 0), table }
  if (lease.isGoldOnly) return { ...rows, at: table.rows.map(() => []) }
  const keys = key.map((name) => `cast(${d.ident(name)} as varchar) as ${d.ident(name)}`)
  const named = key.length === 0 ? [] : await lease.rows(`select ${keys.join(', ')} from (${sql})`, signal)
  const places = await helperOf(hosted.root).do(
    'places',
    {
      database: lease.database,
      relation,
      key,
      keys: named.map((row) => key.map((name) => String(row[name]))),
    },
    signal,
  )
  return {
    ...rows,
    at: places.map((rows) => rows.map(({ source, file, row }) => ({ source, file, row }))),
  }
}

/** Rows of a gold table, down to the rows of the files. NOT_FOUND for a table or column that is not there. */
export async function explainTable(
  hosted: Hosted,
  input: ExplainRowsInput,
  signal: AbortSignal,
): Promise<Explained> {
  const { catalogue } = await hosted.prepared()
  const detail = await helperOf(hosted.root).do('explain', input, signal)
  const model = catalogue.find(({ name }) => name === detail.model)
  const [first] = detail.rows.shown
  const names = Object.keys(first ?? {})
  const rows: ExplainedRows = {
    relation: detail.model,
    count: detail.rows.count,
    table: {
      columns: names.map((name) => ({ name, type: 'text' })),
      rows: detail.rows.shown.map((row) => names.map((name) => row[name] ?? null)),
    },
    at: detail.rows.shown.map(() => []),
  }
  return {
    version: detail.version,
    sql: model?.sql ?? '',
    description: model?.description ?? '',
    value: null,
    rows,
    parts: [rows],
    detail,
  }
}
