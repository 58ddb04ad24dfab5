import { expect, it } from 'vitest'
import { snowflakeRemote } from '../../src/engines/snowflake/remote.ts'
import type { PlannedModel } from '../../src/plan/types.ts'
import { SNOWFLAKE_SCHEMAS } from '../../src/project/target-keys.ts'
import { modelsFor } from '../../src/run/target/models.ts'

const place = { account: 'acme', database: 'SHOP', schemas: SNOWFLAKE_SCHEMAS, scratch: '/nowhere' }
const remote = snowflakeRemote(place, () => Promise.reject(new Error('Nothing is asked of a server.')))

const model = (name: string, select: string, read: PlannedModel['reads'][number]): PlannedModel => ({
  name,
  hash: name,
  sql: select,
  reads: [read],
  certify: `select count(*) as row_count from ${name}`,
  at: { file: `models/${name}.sql`, line: 7 },
})
const customers = { schema: 'conformed', name: 'customers' }

it('names every model that cannot be said in the words of a target, and none that only reads such a model', async () => {
  const models = [
    model('a_known', 'select customer_id as n from conformed.customers', customers),
    model('b_unknown', 'select nope as n from conformed.customers', customers),
    model('c_needs', 'select n from B_Unknown', { name: 'B_Unknown' }),
    model('d_needs_more', 'select n from c_needs', { name: 'c_needs' }),
    model('e_unknown', 'select nowhere as n from a_known', { name: 'a_known' }),
  ]
  await expect(modelsFor(remote, { models, overrides: [] })).rejects.toMatchObject({
    code: 'PROJECT_INVALID',
    problems: [
      { file: 'models/b_unknown.sql', line: 7, message: expect.stringContaining('nope') },
      { file: 'models/e_unknown.sql', line: 7, message: expect.stringContaining('nowhere') },
    ],
  })
})
