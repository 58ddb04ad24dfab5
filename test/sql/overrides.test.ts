import { expect, test } from 'vitest'
import { overridden, overrideFor, overrideProblems, overrideSql } from '../../src/sql/overrides.ts'

const file = (name: string, text = 'select 1 as a') => ({ name, file: `models/${name}.sql`, text })
const files = ['churn', 'churn.spark', 'churn.azure_sql', 'sales.databricks', 'sales.spark', 'v1.final'].map(
  (name) => file(name),
)

test('a file named after a model and an engine overrides it there', () => {
  expect(overridden('churn.spark')).toEqual({ model: 'churn', engine: 'spark' })
  for (const name of ['churn', 'v1.final', 'a.b.spark', '.spark']) expect(overridden(name)).toBeUndefined()
})

test.each([
  ['churn', 'spark', 'churn.spark'],
  ['Churn', 'azure_sql', 'churn.azure_sql'],
  ['churn', 'databricks', 'churn.spark'],
  ['sales', 'databricks', 'sales.databricks'],
  ['churn', 'snowflake', undefined],
  ['v1', 'spark', undefined],
] as const)('%s on %s is %s', (model, engine, name) => {
  expect(overrideFor(files, model, engine)?.name).toBe(name)
})

test('its tables are named by places, in the schemas of the target', () => {
  const sql = overrideSql(
    file('a.spark', 'select *\r\nfrom {{ conformed.customers }} c\njoin {{dim_stores}} s on true;\n'),
    (name, schema = 'gold') => `main.c360_${schema}.${name}`,
  )
  expect(sql).toBe('select *\nfrom main.c360_conformed.customers c\njoin main.c360_gold.dim_stores s on true')
})

test('what overrides nothing, or promises something of its own, is a problem', () => {
  const found = overrideProblems(
    [file('churn.spark', '/* no */ select 1'), file('chrun.spark'), file('churn')],
    ['churn'],
  )
  expect(found.map(({ file: where, message }) => `${where}: ${message}`)).toEqual([
    'models/churn.spark.sql: an override has no front matter',
    'models/chrun.spark.sql: there is no model `chrun` to be written differently for spark',
  ])
})
