import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findWorkspace } from '../../src/fabric/items.ts'
import { plan } from '../../src/fabric/plan.ts'
import { projectOf } from '../../src/fabric/project-folder.ts'
import { ROUTES } from './shapes.ts'
import { type Bench, files, openBench, wish } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(async () => {
  expect(bench.stub.violations).toEqual([])
  await bench[Symbol.asyncDispose]()
})

const connect = (displayName: string, type: string, path: string, connectivityType = 'ShareableCloud') => {
  const connection = {
    id: crypto.randomUUID(),
    displayName,
    connectivityType,
    connectionDetails: { type, path },
  }
  bench.stub.connections.push(connection)
  return connection
}

describe('a first deployment', () => {
  test('creates the model, then the report that refers to it by id, refreshes and waits', async () => {
    const { model, report, refresh } = await bench.deploy()
    expect(bench.items()).toEqual(['SemanticModel shop', 'Report shop'])
    expect([model.how, report.how]).toEqual(['created', 'created'])
    expect(JSON.parse(bench.part('Report', 'definition.pbir'))).toMatchObject({
      version: '4.0',
      datasetReference: { byConnection: { connectionString: `semanticmodelid=${model.id}` } },
    })
    expect(refresh).toEqual({
      requestId: bench.stub.refreshes[0]?.requestId,
      status: 'Completed',
      seconds: 42,
    })
    expect(await bench.journals()).toBe(0)
    expect([...(bench.stub.items.get(model.id)?.parts.keys() ?? [])]).not.toContain('.platform')
  })

  test('takes answers that come at once, without an operation', async () => {
    bench.stub.settings.looks = 0
    const { model, report } = await bench.deploy()
    expect([model.how, report.how]).toEqual(['created', 'created'])
    expect(bench.asked('operation')).toEqual([])
  })

  test('waits as long as Fabric says, and asks its own host only', async () => {
    bench.stub.settings.retryAfter = 23
    bench.stub.settings.looks = 2
    await bench.deploy(wish({ refresh: false }))
    expect(bench.pauses.filter((ms) => ms === 23_000)).toHaveLength(6)
  })

  test.each(['RequestId', 'x-ms-request-id', 'Location', 'none', 'another'] as const)(
    'finds its refresh by the header %s, or in the history',
    async (header) => {
      const isTold = header !== 'none' && header !== 'another'
      Object.assign(bench.stub.settings, { refreshHeader: header, refreshLooks: 3, decoy: isTold })
      const { refresh } = await bench.deploy()
      const ours = bench.stub.refreshes[isTold ? 1 : 0]
      expect(refresh).toMatchObject({ status: 'Completed', requestId: ours?.requestId, seconds: 42 })
    },
  )

  test('refreshes nothing that is asked live, nor when told not to', async () => {
    const live = projectOf(
      files({
        'shop.SemanticModel/definition/tables/Sales.tmdl':
          'table Sales\n\n\tpartition Sales = m\n\t\tmode: directQuery\n',
      }),
    )
    expect((await bench.deploy(wish({ project: live }))).refresh).toBe('direct_query')
    expect((await bench.deploy(wish({ refresh: false }))).refresh).toBe('not_asked')
    expect(bench.asked('refresh')).toEqual([])
  })
})

describe('a second deployment', () => {
  test('replaces both definitions and keeps the ids', async () => {
    const first = await bench.deploy()
    const next = files({ 'shop.SemanticModel/definition/tables/Agents.tmdl': 'table Agents\n' })
    const second = await bench.deploy(wish({ project: projectOf(next) }))
    expect([second.model, second.report].map(({ how }) => how)).toEqual(['updated', 'updated'])
    expect([second.model.id, second.report.id]).toEqual([first.model.id, first.report.id])
    expect(bench.part('SemanticModel', 'definition/tables/Agents.tmdl')).toBe('table Agents\n')
    expect(bench.items()).toHaveLength(2)
  })

  test('finds the items on a later page, and the workspace by its id', async () => {
    bench.stub.settings.pageSize = 1
    await bench.deploy()
    const { model } = await bench.deploy()
    expect(model.how).toBe('updated')
    const client = bench.client()
    expect(await findWorkspace(client, bench.stub.workspace)).toMatchObject({ displayName: 'Sales' })
    expect(await findWorkspace(client, 'SALES')).toMatchObject({ id: bench.stub.workspace })
    await expect(findWorkspace(client, 'Sale')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: 'Seen: Finance, Sales, sales archive.',
    })
  })
})

describe('a dry run', () => {
  const writing = new Set(ROUTES.filter(({ writes }) => writes).map(({ name }) => name))

  test('says what would be created', async () => {
    const planned = await plan(bench.client(), { id: bench.stub.workspace, displayName: 'Sales' }, wish())
    expect(planned.model).toMatchObject({ id: undefined, parts: { changed: [], removed: [], same: 0 } })
    expect(planned.report.parts.added).toEqual(['definition.pbir', 'definition/report.json'])
    expect(planned.parameters).toEqual({
      Server: 'dev.database.windows.net',
      Database: 'gold',
      'Most rows': '100',
    })
    expect(bench.stub.asked.filter((one) => writing.has(one))).toEqual([])
  })

  test('says part by part what differs, and no more: not how Fabric lays out what it was given', async () => {
    await bench.deploy()
    const before = bench.stub.asked.length
    const workspace = { id: bench.stub.workspace, displayName: 'Sales' }
    const same = await plan(bench.client(), workspace, wish())
    expect(same.model.parts).toEqual({ added: [], changed: [], removed: [], same: 4 })
    expect(same.report.parts).toEqual({ added: [], changed: [], removed: [], same: 2 })
    const next = new Map(
      files({
        'shop.SemanticModel/definition/tables/Agents.tmdl': 'table Agents\n',
        'shop.Report/definition/report.json': '{"b": [2, 1], "a": 1}',
      }),
    )
    next.delete('shop.SemanticModel/definition/tables/Sales.tmdl')
    const other = await plan(bench.client(), workspace, wish({ project: projectOf(next) }))
    expect(other.model.parts).toEqual({
      added: ['definition/tables/Agents.tmdl'],
      changed: [],
      removed: ['definition/tables/Sales.tmdl'],
      same: 3,
    })
    expect(other.report.parts.changed).toEqual(['definition/report.json'])
    expect(bench.stub.asked.slice(before).filter((one) => writing.has(one))).toEqual([])
  })
})

describe('connections and the schedule', () => {
  test('binds the source to the connection that was named, with the details the model has', async () => {
    connect('Other', 'Web', 'https://acme.example')
    const gold = connect('Gold SQL', 'SQL', 'DEV.database.windows.net;Gold')
    const { model, bound } = await bench.deploy(wish({ connections: ['gold sql'] }))
    expect(bench.stub.bindings.get(model.id)?.id).toBe(gold.id)
    expect(bound).toEqual([
      { connection: 'Gold SQL', type: 'SQL', path: 'dev.database.windows.net;gold', how: 'bound' },
    ])
    const again = await bench.deploy(wish({ connections: [gold.id] }))
    expect(again.bound).toMatchObject([{ how: 'as_it_was' }])
    expect(bench.asked('bind')).toHaveLength(1)
  })

  test('a connection that nobody has, that two have, or that reaches elsewhere', async () => {
    await expect(bench.deploy(wish({ connections: ['Gold'] }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    connect('Gold', 'SQL', 'a;b')
    connect('gold', 'SQL', 'c;d')
    await expect(bench.deploy(wish({ connections: ['GOLD'] }))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(bench.stub.items.size).toBe(0)
    connect('Site', 'Web', 'https://acme.example')
    await expect(bench.deploy(wish({ connections: ['Site'] }))).rejects.toMatchObject({
      code: 'DEPLOY_FAILED',
      message: expect.stringContaining('the model reads from SQL dev.database.windows.net;gold'),
    })
  })

  test('a path in a data lake is bound with the slash that its listing lacks', async () => {
    const url = 'https://acme.dfs.core.windows.net/lake/gold'
    connect('Lake', 'AzureDataLakeStorage', url)
    const lake = files({
      'shop.SemanticModel/definition/expressions.tmdl': `expression StorageUrl = "${url}" meta [IsParameterQuery = true]\n`,
    })
    const { model } = await bench.deploy(wish({ project: projectOf(lake), connections: ['Lake'] }))
    expect(bench.stub.bindings.get(model.id)).toMatchObject({ connectivityType: 'ShareableCloud' })
    expect(bench.asked('bind')).toHaveLength(2)
  })

  test('sets the schedule in the zone of the project', async () => {
    const schedule = { times: ['06:30', '18:00'], zone: 'W. Europe Standard Time' }
    await bench.deploy(wish({ schedule }))
    expect(bench.stub.schedule).toMatchObject({
      enabled: true,
      times: ['06:30', '18:00'],
      localTimeZoneId: 'W. Europe Standard Time',
      notifyOption: 'NoNotification',
    })
  })
})
