import { randomUUID } from 'node:crypto'
import { refusal } from './stub-operations.ts'
import type { Reply, Sent, Stub, StubConnection, StubItem, StubRefresh } from './stub-types.ts'

/** What a model reads from, by its parameters, and how it is bound. */
export function sourcesOf({ bindings }: Stub, model: StubItem) {
  const text = model.parts.get('definition/expressions.tmdl')?.toString() ?? ''
  const value = (name: string) => new RegExp(`^expression ${name} = "([^"]*)"`, 'm').exec(text)?.[1]
  const lake = value('StorageUrl')
  if (lake !== undefined)
    return [{ connectivityType: 'None', connectionDetails: { type: 'AzureDataLakeStorage', path: lake } }]
  const server = value('Server')
  if (server === undefined) return []
  const bound = bindings.get(model.id)
  return [
    {
      ...(bound ?? { connectivityType: 'None' }),
      connectionDetails: { type: 'SQL', path: `${server};${value('Database')}` },
    },
  ]
}

export function bind(stub: Stub, model: StubItem, body: Sent): Reply {
  const { id, connectivityType, connectionDetails } = body.connectionBinding as StubConnection
  const [source] = sourcesOf(stub, model)
  const connection = stub.connections.find((one) => one.id === id)
  const { type = '', path = '' } = source?.connectionDetails ?? {}
  const wanted = type === 'AzureDataLakeStorage' ? `${path}/` : path
  if (connectionDetails.type !== type || connectionDetails.path !== wanted)
    return refusal(400, 'BindConnectionDetailNotFound', 'No data source reference has these details.')
  if (connection?.connectivityType !== connectivityType)
    return refusal(400, 'InvalidRequest', 'The connection is of another connectivity type.')
  stub.bindings.set(model.id, { id, connectivityType })
  return { status: 200 }
}

const look = ({ settings }: Stub, refresh: StubRefresh): Omit<StubRefresh, 'looks'> => {
  if (refresh.status === 'Unknown' && refresh.looks-- <= 0)
    Object.assign(refresh, settings.refreshEnd, { endTime: '2026-01-01T00:00:42Z' })
  const { looks: _, ...shown } = refresh
  return shown
}

/** The history, newest first. */
export const refreshesOf = (stub: Stub) => stub.refreshes.map((refresh) => look(stub, refresh))

export function refresh(stub: Stub): Reply {
  const { settings } = stub
  if (stub.refreshes.some(({ status }) => status === 'Unknown'))
    return {
      status: 400,
      body: { error: { code: 'InvalidRequest', message: 'Another refresh request is already executing' } },
    }
  const requestId = randomUUID()
  stub.refreshes.unshift({
    requestId,
    refreshType: 'ViaApi',
    startTime: '2026-01-01T00:00:00Z',
    status: 'Unknown',
    looks: settings.refreshLooks,
  })
  if (settings.decoy)
    stub.refreshes.unshift({
      ...(stub.refreshes[0] as StubRefresh),
      requestId: randomUUID(),
      status: 'Completed',
    })
  const name = settings.refreshHeader
  const values: Record<string, string> = {
    RequestId: requestId,
    'x-ms-request-id': requestId,
    Location: `${stub.powerbi}/v1.0/myorg/groups/g/datasets/d/refreshes/${requestId}`,
    another: randomUUID(),
  }
  const header = name === 'another' ? 'RequestId' : name
  return { status: 202, headers: name === 'none' ? {} : { [header]: values[name] ?? '' } }
}
