import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Remote, Session } from '../../src/engines/engine.ts'
import { silverFields } from '../../src/plan/stage.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import type { Prepared } from '../../src/run/prepare.ts'
import { type RunResult, run } from '../../src/run/run.ts'
import { runOnTarget, type TargetOptions } from '../../src/run/target/run.ts'

/** One project built twice: in the embedded engine, and in a target. */
export interface TwoPlaces {
  /** Runs both; the target's result. */
  run(options?: TargetOptions): Promise<RunResult>
  /** Runs the target alone. */
  there(options?: TargetOptions): Promise<RunResult>
  /** What readers of the target see of gold. */
  shown(): Promise<Readonly<Record<string, readonly string[]>>>
  /** Every difference in silver, what stands beside it, and gold as readers see it; empty = the same. */
  differences(): Promise<string[]>
}

export function twoPlaces(prepared: () => Promise<Prepared>, remote: Remote): TwoPlaces {
  const there = async (options: TargetOptions = {}) => runOnTarget(await prepared(), remote, options)
  return {
    there,
    async run(options = {}) {
      await run(await prepared(), { ...(options.fullRefresh ? { fullRefresh: true } : {}) })
      return there(options)
    },
    async shown() {
      await using session = await remote.connect()
      const gold: Record<string, string[]> = {}
      for (const { name } of (await prepared()).models)
        gold[name] = await bag(session, remote.shown(name), '*')
      return gold
    },
    async differences() {
      const { project, models } = await prepared()
      const { path } = await publishedDatabase(project)
      await using here = await duckdb.connect({ database: path, readOnly: true })
      await using session = await remote.connect()
      const found: string[] = []
      const compare = async (name: string, ours: string, theirs: string, columns: string) => {
        const [a, b] = [await bag(here, ours, columns), await bag(session, theirs, columns)]
        found.push(...without(a, b).map((row) => `${name}: only here ${row}`))
        found.push(...without(b, a).map((row) => `${name}: only there ${row}`))
      }
      const technical = ['_source_file', '_row_number', '_delivery']
      const d = remote.dialect
      for (const contract of project.contracts) {
        const columns = [...silverFields(contract), ...technical].join(', ')
        await compare(
          contract.source,
          `silver.${contract.source}`,
          d.table('silver', contract.source),
          columns,
        )
      }
      const held = 'source, _delivery, _row_number, reasons, raw, amount'
      await compare('quarantine', 'silver.quarantine', d.table('silver', 'quarantine'), held)
      const fates = 'source, _delivery, _row_number, fate, by_delivery, by_row'
      await compare('fates', 'silver._fates', d.table('silver', '_fates'), fates)
      for (const { name } of models) await compare(name, `gold.${name}`, remote.shown(name), '*')
      return found
    },
  }
}

/** Rows as texts, sorted: numbers by their value, so that 2.5 and 2.50 are the same. */
async function bag(session: Session, table: string, columns: string): Promise<string[]> {
  const rows = await all(session, `select ${columns} from ${table}`)
  return rows
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}=${textOf(value)}`)
        .join(' '),
    )
    .sort()
}

const textOf = (value: unknown): string => {
  const text = value === null ? '-' : String(value)
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text
}

function without(left: readonly string[], right: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const row of right) counts.set(row, (counts.get(row) ?? 0) + 1)
  return left.filter((row) => {
    const there = counts.get(row) ?? 0
    counts.set(row, there - 1)
    return there <= 0
  })
}
