import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { azureSqlRemote } from '../../src/engines/azure-sql/remote.ts'
import { plan } from '../../src/plan/plan.ts'
import type { BronzeTable, BuiltFrom, LakeState, Plan } from '../../src/plan/types.ts'
import { type Prepared, prepare } from '../../src/run/prepare.ts'
import { goldTables } from '../../src/run/target/gold-tables.ts'
import { modelsFor, type TargetModel } from '../../src/run/target/models.ts'
import { pieces, unreadable } from './tsql-pieces.ts'

const remote = azureSqlRemote({ server: 'server', database: 'shop', schemaPrefix: '' }, () =>
  Promise.reject(new Error('nothing is asked of a server')),
)

const delivery = (source: string, number: number) => ({
  delivery: number,
  path: `${source}-${number}.csv`,
  runId: 'r1',
  rows: 10,
  urls: [`${source}-${number}.parquet`],
  sha256: `${number}`,
})

function lakeOf({ project }: Prepared, deliveries: number): LakeState {
  const sources = project.contracts.map(({ source, columns }) => {
    const table = {
      columns: columns.map(({ name }) => ({ name: name.toLowerCase(), original: name })),
      deliveries: Array.from({ length: deliveries }, (_, place) => delivery(source, place + 1)),
    }
    return [source, table as unknown as BronzeTable] as const
  })
  const decision = { id: 1, kind: 'edit', source: 'customers', delivery: 1, row: 3, version: 1 }
  return {
    sources: Object.fromEntries(sources),
    decisions: { urls: ['decisions.parquet'], list: deliveries > 1 ? [decision] : [] },
  } as unknown as LakeState
}

const statementsOf = ({ steps, conflicts, lookups }: Plan): string[] => [
  ...steps.flatMap(({ statements, afterwards = [] }) => [...statements, ...afterwards]),
  ...steps.flatMap((step) =>
    step.kind === 'source'
      ? [step.accounting, step.held ?? []].flat()
      : step.kind === 'model'
        ? [step.certify]
        : [],
  ),
  ...[...conflicts, ...lookups].map(({ query }) => query),
]

/** It has the sources of both others. */
describe.each(['unified'])('a run of %s in Azure SQL', (name) => {
  let prepared: Prepared
  let models: TargetModel[]
  const planned = (deliveries: number, builtFrom?: BuiltFrom) =>
    plan({
      project: prepared.project,
      models,
      dialect: remote.dialect,
      lake: lakeOf(prepared, deliveries),
      published: builtFrom && { version: 1, builtFrom },
      fullRefresh: false,
    })

  beforeAll(async () => {
    prepared = await prepare(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)))
    models = await modelsFor(remote, prepared)
  }, 60_000)

  it('is T-SQL to another parser: the first build, and what is new', () => {
    const first = planned(1)
    const second = planned(2, first.builtFrom)
    expect(second.steps.some((step) => step.kind === 'source' && step.mode === 'merge')).toBe(true)
    const statements = [...new Set([...statementsOf(first), ...statementsOf(second)])]
    expect(statements.flatMap(pieces).length).toBeGreaterThan(450)
    expect(unreadable(statements)).toEqual([])
  })

  it('has nothing of the embedded engine left in it', () => {
    const text = statementsOf(planned(1))
      .join('\n')
      .replaceAll(/'(?:[^']|'')*'/g, "''")
    expect(text).not.toMatch(
      /\|\||\bas double\b|::|\btrue\b|\bfalse\b|\blength\(|\bregexp_|create or replace|\bvarchar\)/i,
    )
  })

  it('is shown by changes of rows, parents first and deletions last', () => {
    const tables = goldTables(prepared.catalogue, models)
    const statements = remote.publishing?.(tables) ?? []
    expect(unreadable(statements)).toEqual([])
    const at = (text: string) => statements.findIndex((statement) => statement.includes(text))
    expect(at('insert into [gold].[dim_customers]')).toBeLessThan(
      at('insert into [gold].[fact_transactions]'),
    )
    expect(at('insert into [gold].[fact_web_sessions]')).toBeLessThan(
      at('delete t from [gold].[fact_transactions]'),
    )
    expect(at('delete t from [gold].[fact_transactions]')).toBeLessThan(
      at('delete t from [gold].[dim_customers]'),
    )
    expect(at('insert into [gold].[fact_transactions]')).toBeLessThan(
      at('add constraint [fk_fact_transactions_customer_id]'),
    )
    expect(statements.join('\n')).not.toMatch(/\bmerge\b/i)
  })
})
