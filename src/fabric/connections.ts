import { C360Error } from '../errors.ts'
import type { Client } from './client.ts'
import { isUuid, itemPath, listed, named } from './items.ts'
import type { Connection, DataSource, Workspace } from './types.ts'

/** The connections that were asked for, by id or name. NOT_FOUND, CONFLICT. */
export async function findConnections(
  client: Client,
  asked: readonly string[],
): Promise<readonly Connection[]> {
  if (asked.length === 0) return []
  const all = await listed<Connection>(client, '/v1/connections', 'listing connections')
  return asked.map((name) => {
    const found = isUuid(name)
      ? all.find(({ id }) => id.toLowerCase() === name.toLowerCase())
      : named(all, name, 'connections')
    if (found) return found
    throw new C360Error('NOT_FOUND', `There is no connection \`${name}\`, or this user may not use it.`, {
      hint: 'Manage connections and gateways in Fabric lists them; share it with who deploys.',
    })
  })
}

/** What a model reads from. */
export const dataSourcesOf = (
  client: Client,
  workspace: Workspace,
  modelId: string,
): Promise<readonly DataSource[]> =>
  listed<DataSource>(
    client,
    `/v1/workspaces/${encodeURIComponent(workspace.id)}/items/${encodeURIComponent(modelId)}/connections`,
    'listing what the model reads from',
  )

export interface Binding {
  readonly source: DataSource
  readonly connection: Connection
  /** It is bound so already. */
  readonly done: boolean
}

/** Which source is to be bound to which connection; DEPLOY_FAILED for a connection that fits none. */
export function bindingsOf(
  sources: readonly DataSource[],
  connections: readonly Connection[],
): readonly Binding[] {
  const bindings = sources.flatMap((source) => {
    const connection = fitting(source, connections)
    const done = connection !== undefined && connection.id.toLowerCase() === source.id?.toLowerCase()
    return connection ? [{ source, connection, done }] : []
  })
  const idle = connections.find((one) => !bindings.some(({ connection }) => connection === one))
  if (!idle) return bindings
  throw new C360Error(
    'DEPLOY_FAILED',
    `The connection ${shown(idle)} reaches ${place(idle)}, and the model reads from ${sources.map(place).join(', ') || 'nothing that Fabric lists'}.`,
    { hint: 'Choose a connection to where the model reads, or set its parameters with --set NAME=VALUE.' },
  )
}

export const shown = ({ displayName, id }: Connection): string => displayName ?? id
const place = ({ connectionDetails: { type, path } }: DataSource | Connection): string => `${type} ${path}`

/** The same place; else one that it lies in (a container for its folders); else the only connection of that type. */
function fitting(source: DataSource, connections: readonly Connection[]): Connection | undefined {
  const { type, path } = source.connectionDetails
  const same = connections.filter((one) => one.connectionDetails.type.toLowerCase() === type.toLowerCase())
  const at = (one: Connection) => normal(one.connectionDetails.path)
  const here = normal(path)
  return (
    same.find((one) => at(one) === here) ??
    same.find((one) => here.startsWith(`${at(one)}/`)) ??
    (same.length === 1 ? same[0] : undefined)
  )
}

const normal = (path: string): string => path.toLowerCase().replace(/[/;]+$/, '')

/**
 * One request for each source: the service has none for several. Sent twice it does no more than once. Paths in a data lake
 * are listed without the slash at their end that a binding may have to have.
 */
export async function bind(
  client: Client,
  workspace: Workspace,
  modelId: string,
  binding: Binding,
): Promise<void> {
  const { type, path } = binding.source.connectionDetails
  try {
    await bindTo(client, workspace, modelId, binding, path)
  } catch (error) {
    const isUnknown = error instanceof C360Error && error.message.includes('BindConnectionDetailNotFound')
    if (!isUnknown || type !== 'AzureDataLakeStorage' || path.endsWith('/')) throw error
    await bindTo(client, workspace, modelId, binding, `${path}/`)
  }
}

async function bindTo(
  client: Client,
  workspace: Workspace,
  modelId: string,
  { source, connection }: Binding,
  path: string,
): Promise<void> {
  await client.send('fabric', {
    method: 'POST',
    path: `${itemPath(workspace, 'SemanticModel', modelId)}/bindConnection`,
    body: {
      connectionBinding: {
        id: connection.id,
        connectivityType: connection.connectivityType,
        connectionDetails: { type: source.connectionDetails.type, path },
      },
    },
    doing: `binding ${place(source)} to the connection ${shown(connection)}`,
  })
}
