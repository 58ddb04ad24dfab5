import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Session } from '../../src/engines/engine.ts'
import { bindView } from '../../src/reconcile/bind.ts'
import { reducedFrom } from '../../src/reconcile/reduced.ts'
import { legacySources } from '../../src/reconcile/sources.ts'
import { fromText } from '../../src/reconcile/tsql/from.ts'
import { PRELUDE } from '../../src/reconcile/tsql/prelude.ts'
import { quoted } from '../../src/reconcile/tsql/scope.ts'
import type { Block } from '../../src/reconcile/tsql/types.ts'
import { all } from '../../src/run/execute.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { exampleRetail } from '../support/project.ts'

/** Rows on every side of every join: matched once, several times, not at all, and without a key. */
const silver: readonly string[] = [
  'create schema silver',
  `create table silver.customers as select * from (values ('1', 'A'), ('2', 'B'), ('3', 'C'), ('4', 'C')) t(customer_id, name)`,
  `create table silver.online_transactions as select * from (values ('o1', '1', 'p', 10.0), ('o2', '1', 'p', 20.0), ('o3', '2', 'P ', 20.0),
    ('o4', '9', 'q', 5.0), ('o5', null, 'x', 7.0)) t(transaction_id, customer_id, product_id, amount)`,
  `create table silver.in_store_transactions as select * from (values ('i1', '1', 1.0), ('i2', '1', 1.0), ('i3', '3', 4.0), ('i4', '9', 8.0)) t(transaction_id, customer_id, amount)`,
  `create table silver.products as select * from (values ('p', 'Lamp'), ('q', 'Chair'), ('q ', 'Chair')) t(product_id, name)`,
]

const joins: readonly string[] = [
  'Customers c LEFT JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID LEFT JOIN InStoreTransactions i ON c.CustomerID = i.CustomerID',
  'OnlineTransactions o JOIN Products p ON o.ProductID = p.ProductID LEFT JOIN InStoreTransactions i ON o.CustomerID = i.CustomerID',
  'Customers c JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID JOIN InStoreTransactions i ON o.CustomerID = i.CustomerID',
  'Customers c LEFT JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID LEFT JOIN Products p ON o.ProductID = p.ProductID',
  'Customers c LEFT JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID RIGHT JOIN InStoreTransactions i ON c.CustomerID = i.CustomerID',
  'Customers c JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID FULL JOIN InStoreTransactions i ON c.CustomerID = i.CustomerID',
  'Customers c JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID AND o.Amount > 15 LEFT JOIN InStoreTransactions i ON i.Amount < o.Amount',
  'Customers c, OnlineTransactions o LEFT JOIN Products p ON o.ProductID = p.ProductID WHERE p.Name IS NULL',
  'Customers c LEFT JOIN OnlineTransactions o ON c.CustomerID = o.CustomerID WHERE EXISTS (SELECT 1 AS x FROM InStoreTransactions i WHERE i.CustomerID = o.CustomerID)',
  'Customers c JOIN (SELECT CustomerID, COUNT(*) AS n FROM OnlineTransactions GROUP BY CustomerID) o ON c.CustomerID = o.CustomerID LEFT JOIN InStoreTransactions i ON c.CustomerID = i.CustomerID',
  'Customers c JOIN (SELECT CustomerID, Amount FROM OnlineTransactions) o ON c.CustomerID = o.CustomerID LEFT JOIN InStoreTransactions i ON c.CustomerID = i.CustomerID',
]

describe('a join that only repeats rows is left out of a FROM, and nothing changes', () => {
  let session: Session
  let find: ReturnType<typeof legacySources>['find']
  let statements: ReturnType<typeof legacySources>['statements']
  beforeAll(async () => {
    const sources = legacySources(duckdb.dialect, await loadProjectOrFail(exampleRetail))
    find = sources.find
    statements = sources.statements
  })
  afterAll(() => session?.[Symbol.asyncDispose]())

  const bound = async (from: string): Promise<Block> => {
    const view = await bindView(`SELECT COUNT(*) AS n FROM ${from}`, 'v.sql', find)
    if ('code' in view || view.query.kind === 'union') throw new Error(JSON.stringify(view))
    await session?.[Symbol.asyncDispose]()
    session = await duckdb.connect({})
    const made = statements([view.query.sql, ...view.stages])
    await session.execute([...PRELUDE, ...silver, ...made, ...view.stages])
    return view.query
  }

  const subsets = (names: readonly string[]): string[][] =>
    names.reduce<string[][]>((sets, name) => sets.concat(sets.map((set) => [...set, name])), [[]])

  for (const from of joins)
    test(from, async () => {
      const block = await bound(from)
      const whole = fromText(
        block.items,
        ({ relation }) => `(select *, row_number() over () as n from ${relation.sql} r)`,
      )
      const where = block.where ? ` where ${block.where.sql}` : ''
      for (const kept of subsets(block.items.map(({ alias }) => alias)).filter(({ length }) => length > 0)) {
        const ids = (column: string) => kept.map((alias) => `${quoted(alias)}.${column}`).join(', ')
        const reduced = reducedFrom(block, new Set(kept), [where])
        const count = async (sql: string) =>
          (await all(session, `select count(*) as n from (${sql}) d`))[0]?.n
        const expected = await count(`select distinct ${ids('n')} from ${whole}${where}`)
        const rows = `${ids('_row')} from ${reduced.sql}${where}`
        expect(await count(`select distinct ${rows}`), `${kept.join(', ')} kept`).toBe(expected)
        if (reduced.exact) expect(await count(`select ${rows}`), `${kept.join(', ')} once`).toBe(expected)
      }
    })

  test('the joins a figure does not read are gone', async () => {
    const reduced = reducedFrom(await bound(joins[0] ?? ''), new Set(['c', 'o']), [])
    expect(reduced).toMatchObject({ exact: true })
    expect(reduced.sql).not.toContain('in_store')
    const semi = reducedFrom(await bound(joins[1] ?? ''), new Set(['o']), [])
    expect(semi).toMatchObject({ exact: true })
    expect(semi.sql).toMatch(/semi join "legacy products"/)
  })
})
