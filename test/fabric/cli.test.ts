import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Context } from '../../src/cli/command.ts'
import { command } from '../../src/cli/deploy.ts'
import { kind } from '../../src/cli/export-powerbi.ts'
import { zoneOnWindows } from '../../src/engines/azure-sql/zones.ts'
import { cloudOf } from '../../src/fabric/cloud.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { openStub } from './stub.ts'
import type { Stub } from './stub-types.ts'

let project: TestProject
let stub: Stub
const printed: string[] = []
const noted: string[] = []

const contextOf = (values: Context['values'], positionals: readonly string[], json: boolean): Context => ({
  positionals,
  values,
  project: project.root,
  json,
  print: (text) => void printed.push(text),
  note: (text) => void noted.push(text),
  paint: (_, text) => text,
  interactive: false,
  signal: new AbortController().signal,
})

const SQL = { source: 'azure_sql', set: ['Server=acme.database.windows.net', 'Database=c360'] }

const run = (values: Context['values'], json = false) =>
  command.run(contextOf({ workspace: 'Sales', ...values }, ['fabric'], json))

/** Exported once; the options of an export are used where they matter. */
let out: string
const folder = () => ({ from: out, set: SQL.set })

beforeAll(async () => {
  project = await retailProject()
  out = join(project.root, 'bi')
  await kind.run(contextOf({ out, source: 'azure_sql' }, ['powerbi'], false))
}, 60_000)
afterAll(() => project?.[Symbol.asyncDispose]())
beforeEach(async () => {
  stub = await openStub()
  Object.assign(stub.settings, { retryAfter: 0, refreshLooks: 0 })
  vi.stubEnv('C360_FABRIC_API', stub.fabric)
  vi.stubEnv('C360_POWERBI_API', stub.powerbi)
  vi.stubEnv('C360_FABRIC_TOKEN', stub.tokens.fabric)
  vi.stubEnv('C360_POWERBI_TOKEN', stub.tokens.powerbi)
  printed.length = 0
  noted.length = 0
})
afterEach(async () => {
  vi.unstubAllEnvs()
  expect(stub.violations).toEqual([])
  expect(printed.join() + noted.join()).not.toContain(stub.tokens.fabric)
  await stub[Symbol.asyncDispose]()
})

const modelPart = (path: string) =>
  [...stub.items.values()]
    .find(({ type }) => type === 'SemanticModel')
    ?.parts.get(path)
    ?.toString()

describe('c360 deploy fabric', () => {
  test('exports in memory, brings both, sets parameters, binds, schedules and refreshes', async () => {
    const connectionDetails = { type: 'SQL', path: 'acme.database.windows.net;c360' }
    stub.connections.push({
      id: crypto.randomUUID(),
      displayName: 'Gold',
      connectivityType: 'ShareableCloud',
      connectionDetails,
    })
    expect(await run({ ...SQL, connection: ['Gold'], schedule: '18:00, 6:30' })).toBe(0)
    const text = printed.join('\n')
    expect(text).toMatch(/^workspace Sales\nsemantic model retail: created \(.*\)\nreport retail: created/)
    expect(text).toContain('connection Gold: bound to SQL acme.database.windows.net;c360')
    expect(text).toContain('schedule: every day at 06:30, 18:00 (Eastern Standard Time)')
    expect(text).toMatch(/refresh: completed after 42 s/)
    expect(modelPart('definition/expressions.tmdl')).toContain(
      'expression Server = "acme.database.windows.net" meta',
    )
    expect(modelPart('definition/tables/Sales.tmdl')).toContain('Sql.Database(Server, Database)')
    expect(noted[0]).toMatch(/^creating {2}semantic model retail \(\d+ parts\)/)
    expect(stub.schedule).toMatchObject({
      times: ['06:30', '18:00'],
      localTimeZoneId: 'Eastern Standard Time',
    })
    expect(await readdir(project.root)).not.toContain('powerbi')
    expect(await run({ ...folder(), 'dry-run': true })).toBe(0)
    expect(printed.at(-1)).toMatch(/model retail: as it is, \d+ parts .*\nreport retail: as it is/)
  })

  test('a dry run says that nothing differs, and of another parameter which part does', async () => {
    expect(await run({ ...folder(), 'no-refresh': true })).toBe(0)
    const before = stub.asked.length
    expect(await run({ ...folder(), 'dry-run': true })).toBe(0)
    expect(printed.at(-1)).toMatch(/semantic model retail: as it is, \d+ parts/)
    expect(printed.at(-1)).toMatch(/report retail: as it is, \d+ parts/)
    const other = { from: out, set: ['Server=b.example', 'Database=c360'], 'dry-run': true }
    expect(await run(other, true)).toBe(0)
    expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({
      model: { parts: { added: [], changed: ['definition/expressions.tmdl'], removed: [] } },
      parameters: { Server: 'b.example' },
      refresh: 'would_start',
    })
    expect(
      stub.asked.slice(before).filter((one) => /^(create|update|bind|refresh$|schedule)/.test(one)),
    ).toEqual([])
  })

  test('a failed refresh is exit code 22, with its reason; as JSON the same', async () => {
    stub.settings.refreshEnd = {
      status: 'Failed',
      serviceExceptionJson: '{"errorCode":"ModelRefreshFailed_CredentialsNotSpecified"}',
    }
    expect(await run(folder())).toBe(22)
    expect(printed.join('\n')).toMatch(
      /refresh: failed after 42 s .*\n {2}ModelRefreshFailed_CredentialsNotSpecified$/,
    )
    expect(await run(folder(), true)).toBe(22)
    expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({
      model: { how: 'updated' },
      refresh: { status: 'Failed', seconds: 42, reason: 'ModelRefreshFailed_CredentialsNotSpecified' },
    })
  })

  test('an exported folder is published as it is, with the edits made there', async () => {
    const table = join(out, 'retail.SemanticModel', 'definition', 'tables', 'Sales.tmdl')
    const before = await readFile(table, 'utf8')
    await writeFile(table, `${before}\tannotation Mine = 1\n`)
    expect(await run({ ...folder(), 'no-refresh': true })).toBe(0)
    expect(modelPart('definition/tables/Sales.tmdl')).toContain('annotation Mine = 1')
    await writeFile(table, before)
    await expect(run({ from: out, mode: 'import' })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(run({ from: join(out, 'none') })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('every mistake at once, before anything is sent', async () => {
    const failure = await run({
      source: 'azure_sql',
      mode: 'directquery',
      set: ['Servr=x', 'nothing'],
      schedule: '06:15',
    }).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'USAGE',
      problems: [
        { message: 'The model has no parameter `Servr`.' },
        { message: '--set takes NAME=VALUE, not `nothing`.' },
        { message: 'The parameter Server is not filled in: SERVER.database.windows.net.' },
        { message: 'The parameter Database is not filled in: DATABASE.' },
        { message: 'A DirectQuery model stores no rows: there is nothing to refresh by a schedule.' },
      ],
    })
    await expect(run({ ...folder(), schedule: '06:15' })).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining('06:15') }],
    })
    await expect(
      run({ from: out, set: ['Server=http://localhost:1433', 'Database=c360'] }),
    ).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining('address of this machine') }],
    })
    await expect(run({})).rejects.toMatchObject({
      message: 'Fabric does not reach the files of this machine.',
    })
    await expect(run({ workspace: undefined })).rejects.toMatchObject({ code: 'USAGE' })
    expect(stub.asked).toEqual([])
  })

  test('a token goes to encrypted hosts only, and to Power BI with what its cloud asks for', () => {
    expect(() => cloudOf({ api: 'http://api.fabric.microsoft.com' }, {})).toThrow('not encrypted')
    expect(() => cloudOf({ api: 'https://api.fabric.microsoft.com/v1' }, {})).toThrow(
      'no address of a service',
    )
    const { fabric, powerbi } = cloudOf({ powerbiApi: 'https://api.powerbigov.us' }, {})
    expect([fabric.url, fabric.scope]).toEqual([
      'https://api.fabric.microsoft.com',
      'https://api.fabric.microsoft.com/.default',
    ])
    expect(powerbi.scope).toBe('https://analysis.usgovcloudapi.net/powerbi/api/.default')
  })

  test('zones have the name that Windows gives them', () => {
    expect(
      ['Europe/Berlin', 'UTC', 'Etc/UTC', 'America/New_York', 'Asia/Kolkata'].map(zoneOnWindows),
    ).toEqual(['W. Europe Standard Time', 'UTC', 'UTC', 'Eastern Standard Time', 'India Standard Time'])
  })
})

describe('the program', () => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

  test('Ctrl-C while it waits: what runs on is said, exit code 130, and run again it goes on', async () => {
    stub.settings.refreshLooks = 1000
    const start = () => {
      const args = [
        'deploy',
        'fabric',
        '--workspace',
        'Sales',
        '--from',
        out,
        ...SQL.set.flatMap((one) => ['--set', one]),
      ]
      const child = spawn(process.execPath, [main, ...args, '--project', project.root])
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data: Buffer) => (output += data.toString()))
      return {
        child,
        ended: new Promise<string>((done) => child.on('close', (code) => done(`${output}exit ${code}`))),
      }
    }
    const { child, ended } = start()
    let over = false
    void ended.then(() => (over = true))
    while (stub.refreshes.length === 0 && !over) await new Promise((done) => setTimeout(done, 20))
    child.kill('SIGINT')
    expect(await ended).toMatch(
      /CANCELLED {2}Waiting was cancelled: the refresh goes on in Power BI \(request [^)]*\)[\s\S]*exit 130$/,
    )
    const [refresh] = stub.refreshes
    if (refresh) refresh.looks = 0
    expect(await start().ended).toMatch(
      /as the interrupted deployment left it[\s\S]*refresh: completed after 42 s[\s\S]*exit 0$/,
    )
    expect(stub.refreshes).toHaveLength(1)
  })
})
