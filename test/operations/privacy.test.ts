import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { runInProcess } from '../crash/process.ts'
import { makeProject, type Scratch, scratch } from '../crash/project.ts'
import { listFiles } from '../crash/warehouse.ts'
import { c360, type Said } from './cli.ts'

const CANARY = 'zanzibarqx'
/** Where values may lie: the files themselves, bronze and decisions (Parquet), the warehouse with its quarantine. */
const mayHold = [/^landing/, /^lake\/.*\.parquet$/, /^warehouse\/\d{6}\.duckdb$/, /^models\//]

let build: Build
let space: Scratch
let project = ''
const said: (Said & { readonly command: string })[] = []

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-privacy-')])
  project = await makeProject(space.next('project'), 100)
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

async function call(...args: readonly string[]): Promise<Said> {
  const result = await c360(build, [...args, '-p', project])
  said.push({ ...result, command: args.join(' ') })
  return result
}

const land = (name: string, text: string): Promise<void> => writeFile(join(project, 'landing', name), text)

async function leaks(): Promise<string[]> {
  const holds = (text: string) => text.toLowerCase().includes(CANARY)
  const files: string[] = []
  for (const path of await listFiles(project))
    if (
      !mayHold.some((allowed) => allowed.test(path)) &&
      holds(await readFile(join(project, path), 'latin1'))
    )
      files.push(path)
  const words = said.filter(({ out, err }) => holds(out + err)).map(({ command }) => `c360 ${command}`)
  return [...files, ...words]
}

const customers = `CustomerID,Name,Email,Address
9001,Good Zanzibarqx,good.zanzibarqx@example.com,"1 Zanzibarqx Street, Salem"
9002,Bad Zanzibarqx,zanzibarqx at example,2 Zanzibarqx Street
9003,Short Zanzibarqx
9004,"Broken "Zanzibarqx" x,zanzibarqx@example.com,a,b,c
9005,,nameless.zanzibarqx@example.com,5 Zanzibarqx Street
9001,Good Zanzibarqx,newer.zanzibarqx@example.com,"1 Zanzibarqx Street, Salem"
`

const ownModel = (select: string) => `/* own
description: A model that goes wrong
grain: [customer_id]
reconciles: { rows: count(dim_customers) }
columns: { customer_id: Whose, n: A number }
*/
${select}
`

it('what runs leave behind and say carries no value of a row', async () => {
  await land('Customers_canary.csv', customers)
  await land('Customers_nohead.csv', '9101,Headless Zanzibarqx,h.zanzibarqx@example.com,1 Zanzibarqx Way\n')
  await land('Customers_twice.csv', 'Zanzibarqx,zanzibarqx,z@example.com,a\n')
  await land(
    'Customers_bytes.csv',
    Buffer.from(`${customers}9006,Zanzibarqx \xff,x,y\n`, 'latin1').toString('latin1'),
  )
  await land(
    'OnlineTransactions_canary.csv',
    'OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\nzanzibarqx,zanzibarqx,1,zanzibarqx,Zanzibarqx Card,zanzibarqx,Zanzibarqx\n',
  )
  await land('CustomerServiceInteractions_canary.csv', 'Zanzibarqx called,and,complained\n')
  expect((await call('plan')).code).toBe(0)
  expect((await call('plan', '--sql')).code).toBe(0)
  expect((await call('run')).code).toBe(5)
  expect((await call('run', '--full-refresh', '--json')).code).toBe(5)
  expect(await leaks()).toEqual([])

  const held = await c360(build, [
    'sql',
    '-p',
    project,
    '--json',
    "select source, _delivery, _row_number from silver.quarantine where raw ilike '%zanzibarqx%'",
  ])
  const rows = JSON.parse(held.out) as { source: string; _delivery: number; _row_number: number }[]
  expect(rows.length).toBeGreaterThanOrEqual(5)
  const [bad] = rows.filter(({ source, _row_number }) => source === 'customers' && _row_number === 2)
  const id = `${bad?.source}/${bad?._delivery}/${bad?._row_number}`
  expect((await c360(build, ['quarantine', 'show', id, '-p', project])).out).toContain('Zanzibarqx')
  expect((await call('quarantine', 'list', '--rows', '--source', 'customers')).code).toBe(0)
  expect(
    (await call('quarantine', 'edit', id, '--set', 'Email=edited.zanzibarqx@example.com', '--why', 'called'))
      .code,
  ).toBe(0)
  expect((await call('plan', '--json')).code).toBe(0)
  expect((await call('plan', '--sql')).out).toContain('_decisions')
  expect((await call('run')).code).toBe(5)
  expect((await call('diff', '1', '2', '--json')).code).toBe(0)
  expect((await call('runs', '--json')).code).toBe(0)
  expect(await leaks()).toEqual([])
})

it('nor when a run fails or is killed', async () => {
  await mkdir(join(project, 'models'))
  const path = join(project, 'models', 'own.sql')
  const marked = "lower(name) like '%zanzi' || 'barqx%'"
  const failing = [
    [
      `select customer_id, cast(name as integer) as n from dim_customers where ${marked}`,
      3,
      'Conversion Error',
    ],
    [`select customer_id, cast(email as date) as n from dim_customers where ${marked}`, 3, 'date'],
    [
      `select customer_id, name as n from dim_customers where ${marked} union all select customer_id, name from dim_customers`,
      4,
      'several rows',
    ],
  ] as const
  for (const [select, code, words] of failing) {
    await writeFile(path, ownModel(select))
    for (const json of [[], ['--json']]) {
      const { code: exit, out, err } = await call('run', ...json)
      expect(exit).toBe(code)
      expect(out + err).toContain(words)
    }
  }
  await rm(path)
  await appendFile(
    join(project, 'landing', 'Customers_canary.csv'),
    '9007,"Late ""Zanzibarqx""",late.zanzibarqx@example.com,x\n',
  )
  const { killed } = await runInProcess(build, project, { at: ['bronze.after_write', 1] })
  expect(killed).toBe(true)
  expect((await leaks()).filter((file) => !file.startsWith('.c360/tmp/'))).toEqual([])
  expect((await call('run')).code).toBe(5)
  expect((await call('runs')).code).toBe(0)
  expect(await leaks()).toEqual([])
})
