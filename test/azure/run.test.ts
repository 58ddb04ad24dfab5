import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { decide } from '../../src/quarantine/decide.ts'
import { heldRows } from '../../src/quarantine/held.ts'
import { publishedDatabase, rollback, unpin } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { generateRetail } from '../../src/samples/index.ts'
import { differences } from '../support/compare.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { type Cloud, databaseOf, emptyFolder, openCloud } from './cloud.ts'

describe('the retail example with its files, lake and warehouse on Azure Storage', () => {
  let cloud: Cloud
  let local: TestProject
  let first: TestProject
  const remarks: string[] = []

  beforeAll(async () => {
    cloud = await openCloud()
    local = await retailProject()
    await generateRetail(join(local.root, 'landing'), { customers: 150, seed: 11 })
    await cloud.land(join(local.root, 'landing'))
    first = await cloud.machine()
  }, 60_000)
  afterAll(async () => {
    await local?.[Symbol.asyncDispose]()
    await cloud?.[Symbol.asyncDispose]()
  })

  test('silver and gold are what the same files give on a folder', async () => {
    await local.run()
    const result = await first.run({ onEvent: (event) => void remarks.push(JSON.stringify(event)) })
    expect(result).toMatchObject({ outcome: 'published', version: 1 })
    expect(await differences(await databaseOf(first), await databaseOf(local), ['_run_id'])).toEqual([])
    expect((await first.run()).outcome).toBe('unchanged')
  })

  test('a machine with an empty disk reads what another published, and has nothing to do', async () => {
    const second = await cloud.machine()
    expect((await second.run()).outcome).toBe('unchanged')
    const sales = 'select sum(amount) as amount from fact_transactions where is_sale'
    expect(await second.query(sales)).toEqual(await local.query(sales))
  })

  test('an object written again under its name is read again; everything else stays closed', async () => {
    const path = join(local.root, 'landing', 'LoyaltyAccounts.csv')
    const text = await readFile(path, 'utf8')
    const [header = '', ...rows] = text.split('\n')
    await cloud.put('LoyaltyAccounts.csv', [header, ...rows.slice(0, -5)].join('\n'))
    const second = await cloud.machine()
    const { files, outcome } = await second.run()
    expect(files.map((file) => `${file.path} ${file.outcome}`)).toEqual(['LoyaltyAccounts.csv delivered'])
    expect(outcome).toBe('published')
  })

  test('what one machine decides and pins, the others see', async () => {
    const second = await cloud.machine()
    const project = await loadProjectOrFail(second.root)
    const { path } = await publishedDatabase(project)
    await using session = await duckdb.connect({ database: path, readOnly: true })
    const [row] = await heldRows(session, duckdb.dialect, {})
    if (!row) throw new Error('nothing is held back')
    const { source, file, delivery } = row
    await decide(project, [{ kind: 'dismiss', source, file, delivery, row: row.row }], 'not ours')
    const { manifest } = await first.run()
    const accounts = manifest?.accounts[source]?.find((account) => account.delivery === delivery)
    expect(accounts?.dismissed).toBe(1)
    await rollback(project, 1)
    expect((await publishedDatabase(await loadProjectOrFail(first.root))).version).toBe(1)
    await unpin(await loadProjectOrFail(first.root))
    expect((await publishedDatabase(project)).version).toBe(3)
  })

  test('a full refresh from bronze alone gives the same again', async () => {
    const before = await databaseOf(first)
    await using aside = await emptyFolder()
    await cp(before, join(aside.path, 'before.duckdb'))
    const fresh = await cloud.machine()
    expect((await fresh.run({ fullRefresh: true })).outcome).toBe('published')
    expect(await differences(await databaseOf(fresh), join(aside.path, 'before.duckdb'))).toEqual([])
  })

  test('copies that a killed run or another machine has left behind are removed', async () => {
    const fresh = await cloud.machine()
    const cache = join(fresh.root, '.c360', 'cache', 'az', cloud.azurite.account)
    const stale = [
      join(cache, 'landing', 'retail', 'Customers.csv'),
      join(cache, 'warehouse', 'retail', '000099.duckdb'),
    ]
    for (const path of stale) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, 'left behind')
      await utimes(path, 0, 0)
    }
    await cloud.put('Agents_more.csv', 'AgentID,Name,Department,Shift\nA900,Agent 900,Returns,Night\n')
    expect((await fresh.run()).outcome).toBe('published')
    for (const path of stale) expect([path, existsSync(path)]).toEqual([path, false])
  })

  test('no file that a run leaves on the machine holds the account key', async () => {
    const names = (await readdir(first.root, { recursive: true, withFileTypes: true })).filter((item) =>
      item.isFile(),
    )
    expect(names.length).toBeGreaterThan(20)
    for (const { parentPath, name } of names) {
      const content = await readFile(join(parentPath, name))
      expect([name, content.includes(cloud.azurite.key)]).toEqual([name, false])
    }
    expect(remarks.join('\n')).not.toContain(cloud.azurite.key)
  })
})
