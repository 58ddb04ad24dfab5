import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { azureSqlTarget } from '../../src/engines/azure-sql/sql-target.ts'
import { snowflakeTarget } from '../../src/engines/snowflake/sql-target.ts'
import { sparkTarget } from '../../src/engines/spark/sql-target.ts'
import { FUNCTIONS } from '../../src/sql/functions.ts'
import { expressionKinds, printQuery } from '../../src/sql/print.ts'
import { functionNames } from '../../src/sql/print-calls.ts'
import { NODES } from '../../src/sql/subset.ts'
import type { Target } from '../../src/sql/target.ts'
import { recordOf, walk } from '../../src/sql/walk.ts'
import { COLUMNS } from './print-columns.ts'
import { parsed } from './printing.ts'

const targets: Readonly<Record<string, Target>> = {
  spark: sparkTarget,
  snowflake: snowflakeTarget,
  azure_sql: azureSqlTarget,
}

/** Blocks of `printed.txt`: what is written, and per engine what it becomes, line ends left out. */
const blocks = readFileSync(new URL('printed.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n\n')
  .map((block) => {
    const [written = '', ...lines] = block.split('\n')
    return { written, lines: lines.map((line) => line.trim()) }
  })

const asQuery = (written: string): string =>
  /^(select |with |\(select .* intersect)/.test(written) ? written : `select ${written} as z from t`

async function inAll(written: string): Promise<string[]> {
  const tree = await parsed(asQuery(written))
  return Object.entries(targets).map(([name, target]) => {
    const sql = printQuery(
      tree,
      target,
      (table) => target.ident(table),
      (table) => (table === 't' ? COLUMNS : undefined),
    )
    const line = sql.replaceAll('\n', ' ')
    const bare =
      asQuery(written) === written
        ? line
        : line.replace(/^select /, '').replace(/ as .z. from .t. as .t.$/i, '')
    return `${name}: ${bare}`
  })
}

test.each(blocks)('$written', async ({ written, lines }) => {
  expect(await inAll(written)).toEqual(lines)
})

describe('the cases above', () => {
  test('have every kind of node and every function of the subset', async () => {
    const kinds = new Set<string>()
    for (const { written } of blocks) {
      const tree = await parsed(asQuery(written))
      walk({ [tree.kind]: tree.fields }, ({ kind, fields }) => {
        kinds.add(kind === 'function' ? `${kind} ${String(fields.name).toLowerCase()}` : kind)
        if (kind === 'literal') kinds.add(`literal ${String(recordOf(fields).literal_type)}`)
      })
    }
    const wanted = [
      ...Object.keys(NODES).filter((kind) => kind !== 'function'),
      ...[...FUNCTIONS].map((name) => `function ${name}`),
    ]
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual(PARSED_APART)
  })

  /** The parser has nodes of their own for these, or the other way round. */
  const PARSED_APART = ['nullif', 'round']

  test('are all there is to print', () => {
    expect([...functionNames()].sort()).toEqual([...FUNCTIONS].sort())
    const queries = [
      'select',
      'union',
      'intersect',
      'except',
      'table',
      'star',
      'alias',
      'Preceding',
      'Following',
    ]
    expect([...expressionKinds(), ...queries].sort()).toEqual(Object.keys(NODES).sort())
  })
})

describe('what cannot be printed is an error', () => {
  const print = async (sql: string, target: Target = sparkTarget): Promise<string> =>
    printQuery(
      await parsed(sql),
      target,
      (name) => name,
      () => COLUMNS,
    )

  test.each([
    ['select median(a) as a from t', 'no engine can print median'],
    ['select my_udf(a) as a from t', 'no engine can print the function my_udf'],
    ['select a % 2 as a from t', 'no engine can print mod'],
    ['select cast(a as json) as a from t', 'no engine can print the type json'],
    ['select a from t semi join u on true', 'no engine can print Semi join'],
    ["select x'ab' as a from t", 'no engine can print a literal of type hex_string'],
    ['select nothing from t', 'there is no column `nothing`'],
    ['select u.a from t', 'there is no column `u.a`'],
    ['select day - day as a from t', 'sub does not take DATE and DATE'],
    ['select code + 1 as a from t', 'add does not take VARCHAR and INTEGER'],
    ['select to_days(1) as a from t', 'to_days and to_months are only added to a date'],
    ['select round(price, a) as a from t', 'the places of round must be a whole number as written'],
    ['select ratio(a, b, 7) as a from t', 'the scale of ratio must be 0 to 6'],
    ['select substring(code, 0, 2) as a from t', 'substring counts from 1'],
    ['select sum(code) as a from t', 'there is no sum of VARCHAR'],
    ['select cast(x as varchar) as a from t', 'Spark cannot do a double as text'],
    [
      'select a from t union select code as a from t',
      'the two sides of the set operation have different types in `a`',
    ],
  ])('%s', async (sql, message) => {
    await expect(print(sql)).rejects.toThrow(message)
  })

  test('of an engine that keeps fewer decimals', async () => {
    const sql = 'select rate * rate * rate as a from t'
    await expect(print(sql, snowflakeTarget)).rejects.toThrow(
      'Snowflake cannot do a product with 18 decimals',
    )
    expect(await print(sql, azureSqlTarget)).toContain('decimal(')
  })

  test('also of a table nobody knows', async () => {
    const tree = await parsed('select a from gold.u')
    const unknown = () =>
      printQuery(
        tree,
        sparkTarget,
        (name) => name,
        () => undefined,
      )
    expect(unknown).toThrow('there is no table `gold.u`')
  })
})
