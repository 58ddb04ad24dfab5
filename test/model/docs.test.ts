import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileModels } from '../../src/model/compile.ts'
import { fillSample } from './sample.ts'
import { goldModels, Warehouse } from './warehouse.ts'

test('the example in docs/models.md compiles, runs and is certified', async () => {
  const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')
  const text = /```sql\n(.*?)```/s.exec(page)?.[1] ?? ''
  const { models, problems } = await compileModels([{ name: 'example', file: 'models/example.sql', text }])
  expect(problems).toEqual([])
  await using warehouse = await Warehouse.open()
  await fillSample(warehouse)
  await warehouse.build([...(await goldModels()), ...models])
  expect(await warehouse.rows('select count(*) > 0 as some from gold.example')).toEqual([{ some: true }])
  expect(await warehouse.failures(models)).toEqual([])
}, 60_000)
