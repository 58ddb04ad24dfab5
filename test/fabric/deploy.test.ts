import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findWorkspace } from '../../src/fabric/items.ts'
import { plan } from '../../src/fabric/plan.ts'
import { projectOf } from '../../src/fabric/project-folder.ts'
import { ROUTES } from './shapes.ts'
import { refusal } from './stub.ts'
import { type Bench, files, openBench, wish } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(async () => {
  expect(bench.stub.violations).toEqual([])
  await bench[Symbol.asyncDispose]()
})

const asked = (...routes: string[]) => bench.stub.asked.filter((one) => routes.includes(one))
const items = () => [...bench.stub.items.values()].map(({ type, displayName }) => `${type} ${displayName}`)
const part = (type: string, path: string) =>
  [...bench.stub.items.values()]
    .find((one) => one.type === type)
    ?.parts.get(path)
    ?.toString() ?? ''
const journals = async () => (await readdir(join(bench.state, 'deploy')).catch(() => [])).length
const refused = (status: number, code: string, message = 'Said by the service.') => {
  const { headers = {}, body } = refusal(status, code, message)
  return { status, headers, body }
}

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
    expect(items()).toEqual(['SemanticModel shop', 'Report shop'])
    expect([model.how, report.how]).toEqual(['created', 'created'])
    expect(JSON.parse(part('Report', 'definition.pbir'))).toMatchObject({
      version: '4.0',
      datasetReference: { byConnection: { connectionString: `semanticmodelid=${model.id}` } },
    })
    expect(refresh).toEqual({
      requestId: bench.stub.refreshes[0]?.requestId,
      status: 'Completed',
      seconds: 42,
    })
    expect(await journals()).toBe(0)
    expect([...(bench.stub.items.get(model.id)?.parts.keys() ?? [])]).not.toContain('.platform')
  })

  test('takes answers that come at once, without an operation', async () => {
    bench.stub.settings.looks = 0
    const { model, report } = await bench.deploy()
    expect([model.how, report.how]).toEqual(['created', 'created'])
    expect(asked('operation')).toEqual([])
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
    expect(asked('refresh')).toEqual([])
  })
})

describe('a second deployment', () => {
  test('replaces both definitions and keeps the ids', async () => {
    const first = await bench.deploy()
    const next = files({ 'shop.SemanticModel/definition/tables/Agents.tmdl': 'table Agents\n' })
    const second = await bench.deploy(wish({ project: projectOf(next) }))
    expect([second.model, second.report].map(({ how }) => how)).toEqual(['updated', 'updated'])
    expect([second.model.id, second.report.id]).toEqual([first.model.id, first.report.id])
    expect(part('SemanticModel', 'definition/tables/Agents.tmdl')).toBe('table Agents\n')
    expect(items()).toHaveLength(2)
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
    expect(asked('bind')).toHaveLength(1)
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
    expect(asked('bind')).toHaveLength(2)
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

describe('what goes wrong', () => {
  test('a definition that Fabric refuses, in its words', async () => {
    bench.stub.settings.operationError = {
      errorCode: 'Dataset_Import_FailedToImportDataset',
      message: 'Dataset Workload failed to import the dataset.',
      moreDetails: [{ errorCode: 'X', message: 'Unexpected line type.' }],
    }
    const { requestId: _, ...nothing } = { requestId: '' }
    await expect(bench.deploy()).rejects.toMatchObject({
      code: 'DEPLOY_FAILED',
      message: expect.stringMatching(
        /^Fabric failed at creating the semantic model shop: Dataset Workload failed to import the dataset\. Unexpected line type\. \(Dataset_Import_FailedToImportDataset, operation /,
      ),
      ...nothing,
    })
    expect(items()).toEqual([])
  })

  test('a refresh that fails is told with its reason, without values of the data', async () => {
    bench.stub.settings.refreshEnd = {
      status: 'Failed',
      serviceExceptionJson: JSON.stringify({
        errorCode: 'ModelRefresh_ShortMessage_ProcessingError',
        errorDescription:
          "Column '<ccon>Order number</ccon>' in Table '<ccon>Sales</ccon>' contains a duplicate value '<ccon>Ada Lovelace</ccon>'. We couldn't convert 'ada@example.com' on dev.database.windows.net.",
      }),
    }
    const { refresh } = await bench.deploy()
    expect(refresh).toMatchObject({
      status: 'Failed',
      reason:
        "Column 'Order number' in Table 'Sales' contains a duplicate value '..'. We couldn't convert '..' on dev.database.windows.net. (ModelRefresh_ShortMessage_ProcessingError)",
    })
  })

  test('no rights: 401 and 403 name what is missing, and no token', async () => {
    const denied = bench.client(undefined, { C360_FABRIC_TOKEN: 'run.out' })
    await expect(findWorkspace(denied, 'Sales')).rejects.toMatchObject({
      code: 'TARGET_DENIED',
      message: expect.stringMatching(
        /^Fabric refused listing workspaces: Access token has expired.*TokenExpired, HTTP 401/,
      ),
    })
    bench.stub.fault({
      route: 'create semanticModels',
      how: refused(403, 'InsufficientPrivileges', 'The caller does not have sufficient permissions.'),
    })
    const failure = await bench.deploy().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TARGET_DENIED', hint: expect.stringContaining('Contributor') })
    expect(JSON.stringify(failure) + (failure as Error).stack).not.toContain(bench.stub.tokens.fabric)
  })

  test('what no header may carry is not repeated by the error', async () => {
    const client = bench.client(undefined, { C360_FABRIC_TOKEN: 'Bearer secret\nsecond' })
    const failure = await findWorkspace(client, 'Sales').catch((error: unknown) => error as Error)
    expect(failure).toMatchObject({ code: 'TARGET_DENIED' })
    expect((failure as Error).stack).not.toContain('secret')
  })

  test('too many requests: waits as asked, a number or a date, and sends once more', async () => {
    const date = new Date(Date.now() + 90_000).toUTCString()
    bench.stub.fault({
      route: 'create semanticModels',
      how: { status: 429, headers: { 'Retry-After': '37' } },
    })
    bench.stub.fault({ route: 'refresh', how: { status: 429, headers: { 'Retry-After': date } } })
    await bench.deploy()
    expect(bench.pauses).toContain(37_000)
    expect(bench.pauses.some((ms) => ms > 80_000 && ms <= 90_000)).toBe(true)
    expect(bench.notes).toContain('Fabric asks to wait 37 s: too many requests')
    expect(items()).toHaveLength(2)
  })

  test('throttled for ever, it gives up', async () => {
    bench.stub.fault({
      route: 'list workspaces',
      times: 1000,
      how: { status: 429, headers: { 'Retry-After': '60' } },
    })
    await expect(bench.deploy()).rejects.toMatchObject({ code: 'TOO_BUSY' })
    expect(asked('list workspaces')).toHaveLength(16)
  })

  test('failures that pass are tried again; those that stay end it', async () => {
    bench.stub.fault({ route: 'list semanticModels', times: 2, how: { status: 503 } })
    bench.stub.fault({ route: 'operation', how: 'cut' })
    bench.stub.fault({ route: 'update reports', how: { status: 500 } })
    await bench.deploy()
    await bench.deploy()
    expect(items()).toHaveLength(2)
    bench.stub.fault({ route: 'list semanticModels', times: 1000, how: { status: 503 } })
    await expect(bench.deploy()).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
  })
})

describe('nothing is made twice', () => {
  test('a creation whose answer was lost is looked for by name', async () => {
    bench.stub.settings.looks = 0
    bench.stub.settings.hidden = 2
    bench.stub.fault({ route: 'create semanticModels', how: 'drop' })
    const { model } = await bench.deploy()
    expect(items()).toEqual(['SemanticModel shop', 'Report shop'])
    expect(model.id).toBe([...bench.stub.items.values()][0]?.id)
    expect(asked('create semanticModels', 'update semanticModels')).toEqual([
      'create semanticModels',
      'update semanticModels',
    ])
  })

  test('a creation that never arrived is sent again', async () => {
    bench.stub.fault({ route: 'create reports', how: 'cut' })
    await bench.deploy()
    expect(items()).toHaveLength(2)
    expect(asked('create reports')).toHaveLength(2)
  })

  test('a name that is kept for a removed item is waited for', async () => {
    bench.stub.fault({
      route: 'create reports',
      times: 2,
      how: refused(400, 'ItemDisplayNameNotAvailableYet'),
    })
    await bench.deploy()
    expect(bench.pauses.filter((ms) => ms === 15_000)).toHaveLength(2)
  })

  test('a refresh whose answer was lost is found in the history', async () => {
    bench.stub.settings.refreshLooks = 4
    bench.stub.fault({ route: 'refresh', how: 'drop' })
    const { refresh } = await bench.deploy()
    expect(refresh).toMatchObject({ status: 'Completed', requestId: bench.stub.refreshes[0]?.requestId })
    expect(bench.stub.refreshes).toHaveLength(1)
  })

  test('a refresh that is going on already is waited for, and does not count as ours', async () => {
    await bench.deploy()
    bench.stub.refreshes.unshift({
      requestId: crypto.randomUUID(),
      refreshType: 'Scheduled',
      startTime: '2026-01-01T00:00:00Z',
      status: 'Unknown',
      looks: 3,
    })
    const { refresh } = await bench.deploy()
    expect(bench.stub.refreshes.map(({ refreshType, status }) => `${refreshType} ${status}`)).toEqual([
      'ViaApi Completed',
      'Scheduled Completed',
      'ViaApi Completed',
    ])
    expect(refresh).toMatchObject({ requestId: bench.stub.refreshes[0]?.requestId })
  })

  test('two models of one name are not chosen between', async () => {
    await bench.deploy()
    const [one] = [...bench.stub.items.values()]
    const id = crypto.randomUUID()
    if (one) bench.stub.items.set(id, { ...one, id })
    await expect(bench.deploy()).rejects.toMatchObject({
      code: 'CONFLICT',
      hint: expect.stringContaining(id),
    })
  })
})

describe('interrupted', () => {
  test.each([
    [
      'creating the model',
      'create semanticModels',
      'Waiting was cancelled: creating the semantic model shop goes on in Fabric',
    ],
    [
      'creating the report',
      'create reports',
      'Waiting was cancelled: creating the report shop goes on in Fabric',
    ],
    ['the refresh', 'refresh', 'Waiting was cancelled: the refresh goes on in Power BI'],
  ])(
    'while waiting for %s, it says what runs on, and the next one goes on there',
    async (_, route, message) => {
      bench.stub.settings.looks = 2
      bench.stub.settings.refreshLooks = 3
      await expect(bench.deploy(wish(), bench.abortAt(route))).rejects.toMatchObject({
        code: 'CANCELLED',
        message: expect.stringContaining(message),
      })
      expect(await journals()).toBe(1)
      const { model, report, refresh } = await bench.deploy()
      expect(items()).toEqual(['SemanticModel shop', 'Report shop'])
      expect(asked('create semanticModels', 'create reports')).toHaveLength(2)
      expect(asked('update semanticModels', 'update reports')).toEqual([])
      expect(bench.stub.refreshes).toHaveLength(1)
      expect(model.how).toBe('kept')
      expect(report.how).toBe(route === 'create semanticModels' ? 'created' : 'kept')
      expect(refresh).toMatchObject({ status: 'Completed' })
      expect(await journals()).toBe(0)
    },
  )

  test('and changed meanwhile: the new definition is brought, after what was begun', async () => {
    await expect(bench.deploy(wish(), bench.abortAt('create semanticModels'))).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    const next = files({ 'shop.SemanticModel/definition/tables/Agents.tmdl': 'table Agents\n' })
    const { model } = await bench.deploy(wish({ project: projectOf(next) }))
    expect(model.how).toBe('updated')
    expect(part('SemanticModel', 'definition/tables/Agents.tmdl')).toBe('table Agents\n')
    expect(items()).toHaveLength(2)
  })

  test('without what it remembers (another machine), names decide', async () => {
    bench.stub.settings.refreshLooks = 5
    await expect(bench.deploy(wish(), bench.abortAt('refresh'))).rejects.toMatchObject({ code: 'CANCELLED' })
    const elsewhere = await openElsewhere()
    expect(elsewhere).toMatchObject({ model: { how: 'updated' }, refresh: { status: 'Completed' } })
    expect(items()).toHaveLength(2)
  })

  async function openElsewhere() {
    const { rm } = await import('node:fs/promises')
    await rm(bench.state, { recursive: true })
    return bench.deploy()
  }

  test('an operation that Fabric forgot or that failed meanwhile is begun anew', async () => {
    bench.stub.settings.operationError = { errorCode: 'X', message: 'No.' }
    await expect(bench.deploy(wish(), bench.abortAt('create semanticModels'))).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    bench.stub.settings.operationError = undefined
    const { model } = await bench.deploy()
    expect(model.how).toBe('created')
    expect(items()).toHaveLength(2)
  })
})
