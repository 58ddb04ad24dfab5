import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishedDatabase } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { generateRetail } from '../../src/samples/index.ts'
import { differences } from '../support/compare.ts'
import type { TestProject } from '../support/project.ts'
import { type Cloud, emptyFolder, openCloud } from './cloud.ts'

/** Lets the one who waits go on when the other has come so far. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('two runners of one project on Azure Storage', () => {
  let cloud: Cloud
  let a: TestProject
  let b: TestProject

  beforeAll(async () => {
    cloud = await openCloud()
    await using files = await emptyFolder()
    await generateRetail(files.path, { customers: 60, seed: 3 })
    await cloud.land(files.path)
    ;[a, b] = [await cloud.machine(), await cloud.machine()]
  }, 60_000)
  afterAll(() => cloud?.[Symbol.asyncDispose]())

  /** Each landing file is in bronze once, and gold is what bronze gives. */
  const assertWhole = async (): Promise<void> => {
    const { version, path, manifest } = await publishedDatabase(await loadProjectOrFail(a.root))
    const delivered = Object.values(manifest.accounts).flatMap((list) => list.map((account) => account.path))
    expect(delivered.length).toBe(new Set(delivered).size)
    const fresh = await cloud.machine()
    await fresh.run({ fullRefresh: true, publish: false })
    const project = await loadProjectOrFail(fresh.root)
    const candidate = join(project.root, '.c360', 'cache', 'az', cloud.azurite.account, 'warehouse', 'retail')
    expect(
      await differences(path, join(candidate, `${String(version + 1).padStart(6, '0')}.duckdb`)),
    ).toEqual([])
  }

  test('both begin at once: every file is delivered once, and both end well', async () => {
    const results = await Promise.all([a.run(), b.run()])
    expect(results.map(({ outcome }) => outcome)).toContain('published')
    for (const { outcome } of results) expect(['published', 'unchanged']).toContain(outcome)
    await assertWhole()
  })

  test('the one that is overtaken before its bronze commit looks at its file anew', async () => {
    const line = (id: number) => `A${id},Agent ${id},Returns,Morning\n`
    const header = 'AgentID,Name,Department,Shift\n'
    await cloud.put('Agents_1.csv', header + line(901))
    const [arrived, overtaken] = [gate(), gate()]
    const told: string[] = []
    const slow = a.run({
      onEvent: (event) => void (event.type === 'file' && told.push(event.file.outcome)),
      boundary: async (name) => {
        if (name !== 'lake.before_commit') return
        arrived.open()
        await overtaken.opened
      },
    })
    await arrived.opened
    await cloud.put('Agents_2.csv', header + line(902))
    const quick = await b.run()
    overtaken.open()
    const late = await slow
    expect(quick.outcome).toBe('published')
    expect([late.outcome, told]).toEqual(['unchanged', ['delivered', 'known']])
    const rows = await a.query(
      `select agent_id from dim_agents where agent_id in ('A901', 'A902') order by 1`,
    )
    expect(rows).toEqual([{ agent_id: 'A901' }, { agent_id: 'A902' }])
    await assertWhole()
  })

  test('the one that is overtaken at the pointer throws its candidate away and plans anew', async () => {
    const header = 'AgentID,Name,Department,Shift\n'
    await cloud.put('Agents_3.csv', `${header}A903,Agent 903,Returns,Morning\n`)
    const [arrived, overtaken] = [gate(), gate()]
    const events: string[] = []
    const slow = a.run({
      onEvent: ({ type }) => void events.push(type),
      boundary: async (name) => {
        if (name !== 'warehouse.before_rename') return
        arrived.open()
        await overtaken.opened
      },
    })
    await arrived.opened
    await cloud.put('Agents_4.csv', `${header}A904,Agent 904,Returns,Morning\n`)
    expect((await b.run()).outcome).toBe('published')
    overtaken.open()
    const late = await slow
    expect(events.filter((type) => type === 'overtaken')).toHaveLength(1)
    expect(['published', 'unchanged']).toContain(late.outcome)
    expect(late.files.map((file) => `${file.path} ${file.outcome}`)).toContain('Agents_3.csv delivered')
    const rows = await b.query(
      `select agent_id from dim_agents where agent_id in ('A903', 'A904') order by 1`,
    )
    expect(rows).toEqual([{ agent_id: 'A903' }, { agent_id: 'A904' }])
    await assertWhole()
  })
})
