import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { prepare } from '../../src/run/prepare.ts'
import { azureSqlDdl } from '../../src/run/target/ddl.ts'
import { pieces, unreadable } from './tsql-pieces.ts'

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
const golden = (name: string): string => fileURLToPath(new URL(`azure-sql/${name}.sql`, import.meta.url))

describe.each([
  ['retail', ''],
  ['unified', 'c360_'],
])('the script of %s', (name, prefix) => {
  let script: string
  let batches: string[]
  beforeAll(async () => {
    script = await azureSqlDdl(await prepare(example(name)), prefix)
    batches = script
      .replace(/^--.*$/gm, '')
      .split(/^go$/m)
      .map((batch) => batch.trim())
  }, 60_000)

  it('is the one kept beside this test', async () => {
    await expect(script).toMatchFileSnapshot(golden(name))
  })

  it('is T-SQL to another parser', () => {
    const remark = batches.filter((batch) => /^if \(select is_read_committed/.test(batch))
    expect(remark).toHaveLength(1)
    const others = batches.filter((batch) => !remark.includes(batch))
    expect(others.flatMap(pieces).length).toBeGreaterThan(160)
    expect(unreadable(others)).toEqual([])
    const wrong = ['select (a from t', "if object_id(N'a') is null\nbegin\nselect (a from t;\nend"]
    expect(wrong.map((batch) => unreadable([batch]).length)).toEqual([1, 1])
  })

  it('makes parents before the tables that refer to them, and keys after all of them', () => {
    const place = (text: string) => script.indexOf(text)
    const schema = `[${prefix}gold]`
    const made = (table: string) => place(`create table ${schema}.[${table}]`)
    const parents = [
      ...script.matchAll(
        /add constraint \[fk_((?:dim|fact)_\w+)_([a-z]+_id)\] foreign key .* references \S+\.\[(\w+)\]/g,
      ),
    ]
    expect(parents.map(([, child, column, parent]) => `${child}.${column} ${parent}`).sort()).toEqual([
      'dim_loyalty_accounts.customer_id dim_customers',
      'fact_loyalty_transactions.loyalty_id dim_loyalty_accounts',
      'fact_service_interactions.agent_id dim_agents',
      'fact_service_interactions.customer_id dim_customers',
      'fact_transactions.customer_id dim_customers',
      'fact_transactions.product_id dim_products',
      'fact_transactions.store_id dim_stores',
      'fact_web_sessions.customer_id dim_customers',
    ])
    for (const [text, child = '', , parent = ''] of parents) {
      expect(made(parent)).toBeGreaterThan(0)
      expect(made(parent)).toBeLessThan(made(child))
      expect(made(child)).toBeLessThan(place(text))
    }
  })
})
