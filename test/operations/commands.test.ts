import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { copyProject, makeProject, type Scratch, scratch } from '../crash/project.ts'
import { projectIn } from '../support/project.ts'
import { c360, failure, type Said } from './cli.ts'

let build: Build
let space: Scratch
let published = ''

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-commands-')])
  published = await makeProject(space.next('published'), 100)
  expect((await c360(build, ['run', '-p', published])).code).toBe(0)
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

type Call = (...args: readonly string[]) => Promise<Said>

async function project(): Promise<{
  root: string
  call: Call
  json: (...args: readonly string[]) => Promise<unknown>
}> {
  const root = await copyProject(published, space.next('project'))
  const call: Call = (...args) => c360(build, [...args, '-p', root])
  return { root, call, json: async (...args) => JSON.parse((await call(...args, '--json')).out) }
}

const agent = (root: string, id: number): Promise<void> =>
  appendFile(join(root, 'landing', 'Agents.csv'), `${id},Agent ${id},Billing,Morning\n`)

const agents = async (root: string): Promise<number> => {
  const [row] = await projectIn(root).query('select count(*) as n from dim_agents where not is_inferred')
  return Number(row?.n)
}

describe('versions', () => {
  it('are listed, compared, rolled back to and gone on from', async () => {
    const { root, call, json } = await project()
    const before = await agents(root)
    await agent(root, 901)
    expect((await call('run')).out).toContain('Version 2 published')

    const diff = (await json('diff', '1', '2')) as { table: string; added: number; removed: number }[]
    const changed = diff.filter(({ added, removed }) => added + removed > 0)
    expect(changed.map(({ table, added, removed }) => [table, added, removed])).toEqual([
      ['agent_performance', 1, 0],
      ['dim_agents', 1, 0],
    ])
    expect((await call('diff', '1', '2')).out).toMatch(/dim_agents +\d+ +\d+ +0 +1\n/)
    expect((await call('diff', '1', '1')).out).toContain('Gold is the same')

    expect((await call('rollback', '1')).out).toBe(
      'Version 1 is current and pinned. Back to the newest: c360 unpin\n',
    )
    expect(await agents(root)).toBe(before)
    await agent(root, 902)
    const pinned = await call('run')
    expect(pinned.code).toBe(0)
    expect(await agents(root)).toBe(before)
    expect(await json('runs')).toMatchObject({
      current: 1,
      pinned: true,
      versions: [
        { version: 3, state: 'newest', parent: 2 },
        { version: 2, state: 'kept', parent: 1 },
        { version: 1, state: 'current' },
      ],
      runs: [{ outcome: 'published' }, { outcome: 'published' }, { outcome: 'published' }],
    })
    expect((await call('runs')).out).toContain('current (pinned)')
    expect((await call('unpin')).out).toBe('Version 3 is current.\n')
    expect(await agents(root)).toBe(before + 2)
  })

  it('that were not published are candidates: readers do not see them, nobody rolls back to them', async () => {
    const { root, call, json } = await project()
    const before = await agents(root)
    await agent(root, 901)
    expect((await call('run', '--no-publish')).code).toBe(0)
    expect(await agents(root)).toBe(before)
    expect(await json('runs')).toMatchObject({
      current: 1,
      versions: [{ version: 2, state: 'candidate' }, { version: 1 }],
    })
    expect((await call('diff', '1', '2')).out).toContain('dim_agents')
    expect((await call('rollback', '2')).code).toBe(6)
    expect((await call('run')).code).toBe(0)
    expect(await agents(root)).toBe(before + 1)
  })
})

describe('files', () => {
  it('are taken back and restored', async () => {
    const { root, call } = await project()
    const before = await agents(root)
    const one = 'select agent_id, name from dim_agents where not is_inferred order by agent_id limit 1'
    const [{ agent_id: id, name: original } = {}] = await projectIn(root).query(one)
    const text = `AgentID,Name,Department,Shift\n901,New,Billing,Night\n${id},Renamed,Billing,Night\n`
    await writeFile(join(root, 'landing', 'Agents2.csv'), text)
    await call('run')
    const name = async () =>
      (await projectIn(root).query(`select name from dim_agents where agent_id = '${id}'`))[0]?.name
    expect([await agents(root), await name()]).toEqual([before + 1, 'Renamed'])
    expect((await call('retract', 'Agents2.csv', '--why', 'a mistake')).out).toContain(
      'is taken back from the next run on',
    )
    expect(await agents(root)).toBe(before + 1)
    expect((await call('run')).code).toBe(0)
    expect([await agents(root), await name()]).toEqual([before, original])
    expect((await call('retract', 'Agents2.csv', '--undo')).out).toContain('counts again')
    expect((await call('run')).code).toBe(0)
    expect([await agents(root), await name()]).toEqual([before + 1, 'Renamed'])
  })

  it('of a full load that would delete too much are held until accepted', async () => {
    const { root, call } = await project()
    const contract = join(root, 'contracts', 'agents.yaml')
    await writeFile(contract, (await readFile(contract, 'utf8')).replace('load: upsert', 'load: full'))
    await call('run')
    const before = await agents(root)
    await writeFile(
      join(root, 'landing', 'Agents.csv'),
      'AgentID,Name,Department,Shift\n2,Dennis Singh,Billing,Evening\n',
    )
    const held = await call('run')
    expect(held.code).toBe(5)
    expect(held.out).toContain('c360 accept Agents.csv')
    expect(await agents(root)).toBe(before)
    expect((await call('accept', 'Agents.csv')).code).toBe(0)
    expect((await call('run')).code).toBe(0)
    expect(await agents(root)).toBe(1)
    expect((await call('accept', 'Stores.csv')).code).toBe(2)
  })
})

describe('quarantine', () => {
  it('lists reasons and rows, shows one, and replays edits and dismissals', async () => {
    const { root, call, json } = await project()
    type Row = { id: string; source: string; reasons: { column: string; reason: string }[] }
    const rows = (await json('quarantine', 'list', '--rows', '--source', 'agents')) as Row[]
    const reasons = (await json('quarantine', 'list')) as { source: string; rows: number }[]
    const ofAgents = reasons.filter(({ source }) => source === 'agents')
    expect(rows.length).toBeGreaterThanOrEqual(2)
    expect(ofAgents.reduce((sum, { rows: n }) => sum + n, 0)).toBe(rows.flatMap((row) => row.reasons).length)
    const wrong = rows.find((row) => row.reasons.some(({ column }) => column === 'Shift'))
    const other = rows.find((row) => row !== wrong)
    expect(await json('quarantine', 'show', `${wrong?.id}`)).toMatchObject({ raw: { Shift: 'Sometimes' } })
    expect((await call('quarantine', 'show', `${wrong?.id}`)).out).toMatch(/> +Shift +Sometimes/)

    const before = await agents(root)
    expect((await call('quarantine', 'edit', `${wrong?.id}`, '--set', 'Shift=Night')).code).toBe(0)
    expect((await call('quarantine', 'dismiss', `${other?.id}`, '--why', 'nobody')).out).toContain(
      '1 row dismissed',
    )
    const ran = await json('run')
    expect(ran).toMatchObject({
      outcome: 'published',
      accounts: { agents: [{ dismissed: 1, quarantined: rows.length - 2 }] },
    })
    expect(await agents(root)).toBe(before + 1)
    expect((await call('quarantine', 'show', `${wrong?.id}`)).code).toBe(6)
    expect((await call('run', '--full-refresh')).code).toBe(0)
    expect(await agents(root)).toBe(before + 1)
    expect((await call('quarantine', 'reopen', `${wrong?.id}`, `${other?.id}`)).code).toBe(0)
    await call('run')
    expect(await agents(root)).toBe(before)
    expect(await json('quarantine', 'list', '--rows', '--source', 'agents')).toEqual(rows)
  })

  it('exports rows as CSV', async () => {
    const { call } = await project()
    const path = space.next('held.csv')
    expect((await call('quarantine', 'export', '--source', 'agents', '--out', path)).code).toBe(0)
    const text = await readFile(path, 'utf8')
    expect(text.split('\n')[0]).toBe('id,source,file,row,reasons,AgentID,Name,Department,Shift')
    expect(text).toContain('Shift: not_allowed')
    expect((await call('quarantine', 'export', '--source', 'agents')).out).toBe(text)
  })
})

describe('failures have a code, an exit code and a hint', () => {
  it.each<[code: string, exit: number, args: readonly string[]]>([
    ['USAGE', 2, ['nonsense']],
    ['USAGE', 2, ['run', '--nonsense']],
    ['USAGE', 2, ['rollback', 'one']],
    ['USAGE', 2, ['diff', '1']],
    ['USAGE', 2, ['retract']],
    ['USAGE', 2, ['accept']],
    ['USAGE', 2, ['sql']],
    ['USAGE', 2, ['sql', 'select 1', '--format', 'xml']],
    ['USAGE', 2, ['sql', 'select 1', '--format', 'parquet']],
    ['USAGE', 2, ['quarantine', 'nonsense']],
    ['USAGE', 2, ['quarantine', 'show', 'nonsense']],
    ['USAGE', 2, ['quarantine', 'list', '--rows', '--limit', '-1']],
    ['NOT_FOUND', 6, ['rollback', '99']],
    ['NOT_FOUND', 6, ['diff', '1', '99']],
    ['NOT_FOUND', 6, ['retract', 'Nothing.csv']],
    ['NOT_FOUND', 6, ['accept', 'Nothing.csv']],
    ['NOT_FOUND', 6, ['quarantine', 'show', 'agents/1/999']],
    ['SQL_FAILED', 15, ['sql', 'select nonsense']],
  ])('%s (%i): c360 %j', async (code, exit, args) => {
    const inJson = await c360(build, [...args, '-p', published, '--json'])
    expect(failure(inJson)).toMatchObject({
      code,
      hint: expect.stringMatching(/.{5}/),
      message: expect.stringMatching(/.{5}/),
    })
    expect(inJson.code).toBe(exit)
  })

  it.each<[code: string, exit: number, args: readonly string[]]>([
    ['USAGE', 2, ['nonsense']],
    ['USAGE', 2, ['run', '--nonsense']],
    ['USAGE', 2, ['retract']],
    ['NOT_FOUND', 6, ['diff', '1', '99']],
    ['SQL_FAILED', 15, ['sql', 'select nonsense']],
  ])('in words too: %s (%i): c360 %j', async (code, exit, args) => {
    const inWords = await c360(build, [...args, '-p', published])
    expect(inWords.code).toBe(exit)
    expect(inWords.out).toBe('')
    expect(inWords.err).toMatch(new RegExp(`^${code}  `))
    expect(inWords.err).not.toMatch(/\n {4}at /)
  })

  it('before anything was published', async () => {
    const root = space.next('unpublished')
    await copyProject(published, root)
    await rm(join(root, 'warehouse'), { recursive: true })
    for (const args of [['sql', 'select 1'], ['rollback', '1'], ['unpin'], ['quarantine', 'list']])
      expect((await c360(build, [...args, '-p', root])).code).toBe(6)
    expect((await c360(build, ['runs', '-p', root])).out).toContain('Nothing was published yet')
  })

  it('in the project: all mistakes at once, with file and line', async () => {
    const { root, call } = await project()
    await appendFile(join(root, 'c360.yaml'), 'nonsense: 1\n')
    await appendFile(join(root, 'contracts', 'agents.yaml'), 'nonsense: 1\n')
    const said = await call('run', '--json')
    expect(said.code).toBe(3)
    expect(failure(said).code).toBe('PROJECT_INVALID')
    expect(failure(said).problems).toMatchObject([{ file: 'c360.yaml' }, { file: 'contracts/agents.yaml' }])
    expect((await call('check')).code).toBe(3)
    expect((await call('check')).err).toMatch(/contracts\/agents\.yaml:\d+/)
  })

  it('in a model that does not certify: the published version stays', async () => {
    const { root, call } = await project()
    await mkdir(join(root, 'models'))
    const model = `/* own
description: Every agent twice
grain: [agent_id]
reconciles: { rows: count(dim_agents) }
columns: { agent_id: The agent }
*/
select agent_id from dim_agents union all select agent_id from dim_agents
`
    await writeFile(join(root, 'models', 'own.sql'), model)
    const said = await call('run')
    expect(said.code).toBe(4)
    expect(said.err).toMatch(/own: .*agent_id.* several rows/)
    expect((await call('sql', 'select * from own')).code).toBe(15)
    await rm(join(root, 'models'), { recursive: true })
    expect((await call('run')).out).toContain('Nothing changed: version 1')
  })
})
