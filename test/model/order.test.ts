import { describe, expect, test } from 'vitest'
import { compileModels } from '../../src/model/compile.ts'
import { shippedModels } from '../../src/model/gold.ts'
import { orderModels } from '../../src/model/order.ts'
import { EXTERNALS } from './warehouse.ts'

const text = (from: string, reconciles = `rows: count(${from})`): string => `/* a model
description: Rows
grain: [a]
reconciles:
  ${reconciles}
columns: { a: A }
*/
select a
from ${from}
`

const user = (name: string, from: string, reconciles?: string) => ({
  name,
  file: `models/${name}.sql`,
  text: text(from, reconciles),
})

async function order(...files: ReturnType<typeof user>[]) {
  const { models, problems } = await compileModels([...files])
  expect(problems).toEqual([])
  return orderModels(models, EXTERNALS)
}

test('each model comes after those it reads and those it reconciles with', async () => {
  const { models, problems } = await order(
    user('z', 'conformed.stores'),
    user('b', 'y'),
    user('a', 'b', 'rows: count(z)'),
    user('y', 'gold.z'),
  )
  expect(problems).toEqual([])
  expect(models.map(({ name }) => name)).toEqual(['z', 'y', 'b', 'a'])
})

test('shipped models and a user’s go together', async () => {
  const files = [...shippedModels(), user('mine', 'customer_360')]
  const { models } = await compileModels(files)
  const ordered = orderModels(models, EXTERNALS)
  expect(ordered.problems).toEqual([])
  expect(ordered.models).toHaveLength(files.length)
  const place = (name: string) => ordered.models.findIndex((model) => model.name === name)
  for (const { name, reads } of ordered.models)
    for (const read of reads)
      if (read.schema === undefined) expect(place(read.name)).toBeLessThan(place(name))
})

describe('problems', () => {
  test('a circle is named once, where it closes', async () => {
    const { models, problems } = await order(user('a', 'b'), user('b', 'c'), user('c', 'a'), user('d', 'c'))
    expect(models).toEqual([])
    expect(problems).toMatchObject([
      {
        code: 'model_cycle',
        message: expect.stringContaining('a -> b -> c -> a'),
        file: 'models/c.sql',
        line: 9,
      },
    ])
  })

  test('a model that reads itself is a circle', async () => {
    expect((await order(user('a', 'a'))).problems).toMatchObject([
      { code: 'model_cycle', message: expect.stringContaining('a -> a') },
    ])
  })

  test('an unknown table, once per model, with a guess', async () => {
    const { problems } = await order(
      user('visits', 'conformed.store'),
      user('b', 'visit'),
      user('stores2', 'zzzzzz'),
    )
    expect(problems.map(({ message, hint, file, line }) => [message, hint, file, line])).toEqual([
      ['there is no table `conformed.store`', 'did you mean `conformed.stores`?', 'models/visits.sql', 9],
      ['there is no table `visit`', 'did you mean `visits`?', 'models/b.sql', 9],
      [
        'there is no table `zzzzzz`',
        'a model reads other models, `conformed.` and `rules.` relations',
        'models/stores2.sql',
        9,
      ],
    ])
  })

  test('a table only the front matter names must be there too', async () => {
    const { problems } = await order(user('a', 'conformed.stores', 'rows: count(nothing)'))
    expect(problems).toMatchObject([{ code: 'model_unknown_table', line: 5 }])
  })

  test('a model that did not compile is not missing as well', async () => {
    const { models } = await compileModels([user('a', 'broken')])
    expect(orderModels(models, EXTERNALS, ['broken']).problems).toEqual([])
  })

  test('a name that is taken', async () => {
    const { models } = await compileModels([...shippedModels(), user('Dim_Stores', 'conformed.stores')])
    const twice = await order(
      { ...user('a', 'conformed.stores') },
      { ...user('a', 'conformed.stores'), file: 'models/sub/a.sql' },
    )
    expect(orderModels(models, EXTERNALS).problems).toMatchObject([
      {
        code: 'model_duplicate',
        message: '`Dim_Stores` is a model that comes with c360',
        file: 'models/Dim_Stores.sql',
        line: 1,
      },
    ])
    expect(twice.problems).toMatchObject([
      { code: 'model_duplicate', message: '`a` is also in models/a.sql', file: 'models/sub/a.sql' },
    ])
  })
})
