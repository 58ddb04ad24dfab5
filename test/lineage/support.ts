import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Session } from '../../src/engines/engine.ts'
import { type Explainer, makeExplainer } from '../../src/lineage/explain.ts'
import type { FileRow, RowsExplained, RowsInput } from '../../src/lineage/explained.ts'
import { type FigurePlan, planFigure, selectRows } from '../../src/lineage/figure.ts'
import { makePrinter } from '../../src/lineage/print.ts'
import { explainRows } from '../../src/lineage/rows.ts'
import type { GoldModel } from '../../src/model/gold-model.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import { openLake, readLake } from '../../src/run/lake-state.ts'
import { type Prepared, prepare } from '../../src/run/prepare.ts'
import { localStore } from '../../src/storage/local.ts'

/** A published project opened once, to be asked many times. */
export interface Opened extends AsyncDisposable {
  readonly prepared: Prepared
  readonly explainer: Explainer
  readonly session: Session
  /** Per reconciled measure: the figure and what the rows found for it come to; undefined where they cannot be told. */
  sums(model: GoldModel, where: string): Promise<{ label: string; figure?: string; sum?: number }[]>
  explain(model: GoldModel, where: string | undefined, limit?: number): Promise<RowsExplained>
  query(sql: string): Promise<Record<string, unknown>[]>
}

export async function open(root: string): Promise<Opened> {
  const prepared = await prepare(root)
  const { project } = prepared
  const explainer = await makeExplainer(prepared)
  const session = await duckdb.connect({ database: (await publishedDatabase(project)).path, readOnly: true })
  const { state } = await readLake(openLake(localStore(project.lake), session, project.contracts))
  const input: Omit<RowsInput, 'limit'> = {
    d: dialect,
    project,
    catalog: explainer.catalog,
    printer: await makePrinter(),
    session,
    bronze: state.sources,
    reveal: false,
  }
  /** Made once per model: what is asked for a figure does not depend on the rows it is asked of. */
  const plans = new Map<string, Promise<(FigurePlan | undefined)[]>>()
  const plansOf = (model: GoldModel): Promise<(FigurePlan | undefined)[]> => {
    const made =
      plans.get(model.name) ??
      Promise.all(model.reconciles.map((figure, index) => planFigure({ ...input, model, index }, figure)))
    plans.set(model.name, made)
    return made
  }
  return {
    prepared,
    explainer,
    session,
    explain: (model, where, limit = 3) => explainRows({ ...input, limit }, model, where, undefined),
    async sums(model, where) {
      await session.execute(["set search_path = 'gold,main'", selectRows(model, where)])
      const found: { label: string; figure?: string; sum?: number }[] = []
      const made = await plansOf(model)
      for (const [index, { label }] of model.reconciles.entries()) {
        const plan = made[index]
        const [answer] = plan ? await all(session, plan.figure) : []
        if (!plan) found.push({ label })
        if (!plan || Number(answer?.n) === 0) continue
        let sum = 0
        for (const part of plan.parts) {
          await session.execute(part.statements)
          for (const value of part.values) sum += Number((await all(session, value))[0]?.value)
        }
        found.push({ label, figure: String(answer?.value), sum })
      }
      return found
    },
    query: (sql) => all(session, sql),
    [Symbol.asyncDispose]: async () => {
      await session[Symbol.asyncDispose]()
    },
  }
}

const literal = (value: unknown): string => `'${String(value).replaceAll("'", "''")}'`

/** Conditions that each pick one row of a model: some spread over its keys, in a fixed order. */
export async function someKeys({ session }: Opened, model: GoldModel, many: number): Promise<string[]> {
  const columns = model.grain.map((name) => `cast("${name}" as varchar) as "${name}"`)
  const rows = await all(session, `select ${columns.join(', ')} from gold."${model.name}" order by all`)
  const places = new Set(
    Array.from({ length: many }, (_, i) => Math.floor((i * (rows.length - 1)) / Math.max(1, many - 1))),
  )
  return [...places].flatMap((place) => {
    const row = rows[place]
    return row
      ? [
          Object.entries(row)
            .map(([name, value]) => `cast("${name}" as varchar) = ${literal(value)}`)
            .join(' and '),
        ]
      : []
  })
}

/**
 * The fields of a row of a landing file whose fields have no line breaks, read from the file itself and with nothing of the
 * program's own reader. Blank lines are no rows.
 */
export async function fieldsAt(root: string, { file, row }: FileRow): Promise<Record<string, string>> {
  const text = await readFile(join(root, 'landing', file), 'utf8')
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const [header, record] = [fields(lines[0] ?? ''), fields(lines[row] ?? '')]
  return Object.fromEntries(header.map((name, i) => [name.replace('\ufeff', '').trim(), record[i] ?? '']))
}

const fields = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  )
