import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findWorkspace } from '../../src/fabric/items.ts'
import { projectOf } from '../../src/fabric/project-folder.ts'
import { refusal } from './stub-operations.ts'
import { type Bench, files, openBench, wish } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(async () => {
  expect(bench.stub.violations).toEqual([])
  await bench[Symbol.asyncDispose]()
})

const refused = (status: number, code: string, message = 'Said by the service.') => {
  const { headers = {}, body } = refusal(status, code, message)
  return { status, headers, body }
}

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
    expect(bench.items()).toEqual([])
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
    expect(bench.items()).toHaveLength(2)
  })

  test('throttled for ever, it gives up', async () => {
    bench.stub.fault({
      route: 'list workspaces',
      times: 1000,
      how: { status: 429, headers: { 'Retry-After': '60' } },
    })
    await expect(bench.deploy()).rejects.toMatchObject({ code: 'TOO_BUSY' })
    expect(bench.asked('list workspaces')).toHaveLength(16)
  })

  test('failures that pass are tried again; those that stay end it', async () => {
    bench.stub.fault({ route: 'list semanticModels', times: 2, how: { status: 503 } })
    bench.stub.fault({ route: 'operation', how: 'cut' })
    bench.stub.fault({ route: 'update reports', how: { status: 500 } })
    await bench.deploy()
    await bench.deploy()
    expect(bench.items()).toHaveLength(2)
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
    expect(bench.items()).toEqual(['SemanticModel shop', 'Report shop'])
    expect(model.id).toBe([...bench.stub.items.values()][0]?.id)
    expect(bench.asked('create semanticModels', 'update semanticModels')).toEqual([
      'create semanticModels',
      'update semanticModels',
    ])
  })

  test('a creation that never arrived is sent again', async () => {
    bench.stub.fault({ route: 'create reports', how: 'cut' })
    await bench.deploy()
    expect(bench.items()).toHaveLength(2)
    expect(bench.asked('create reports')).toHaveLength(2)
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
      expect(await bench.journals()).toBe(1)
      const { model, report, refresh } = await bench.deploy()
      expect(bench.items()).toEqual(['SemanticModel shop', 'Report shop'])
      expect(bench.asked('create semanticModels', 'create reports')).toHaveLength(2)
      expect(bench.asked('update semanticModels', 'update reports')).toEqual([])
      expect(bench.stub.refreshes).toHaveLength(1)
      expect(model.how).toBe('kept')
      expect(report.how).toBe(route === 'create semanticModels' ? 'created' : 'kept')
      expect(refresh).toMatchObject({ status: 'Completed' })
      expect(await bench.journals()).toBe(0)
    },
  )

  test('and changed meanwhile: the new definition is brought, after what was begun', async () => {
    await expect(bench.deploy(wish(), bench.abortAt('create semanticModels'))).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    const next = files({ 'shop.SemanticModel/definition/tables/Agents.tmdl': 'table Agents\n' })
    const { model } = await bench.deploy(wish({ project: projectOf(next) }))
    expect(model.how).toBe('updated')
    expect(bench.part('SemanticModel', 'definition/tables/Agents.tmdl')).toBe('table Agents\n')
    expect(bench.items()).toHaveLength(2)
  })

  test('without what it remembers (another machine), names decide', async () => {
    bench.stub.settings.refreshLooks = 5
    await expect(bench.deploy(wish(), bench.abortAt('refresh'))).rejects.toMatchObject({ code: 'CANCELLED' })
    const elsewhere = await openElsewhere()
    expect(elsewhere).toMatchObject({ model: { how: 'updated' }, refresh: { status: 'Completed' } })
    expect(bench.items()).toHaveLength(2)
  })

  async function openElsewhere() {
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
    expect(bench.items()).toHaveLength(2)
  })
})
