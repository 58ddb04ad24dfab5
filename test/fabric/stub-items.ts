import { randomUUID } from 'node:crypto'
import { faultIn, reportReference } from './shapes.ts'
import { type Operations, refusal } from './stub-operations.ts'
import type { Reply, Sent, Stub, StubItem } from './stub-types.ts'

const TYPES: Record<string, string> = { semanticModels: 'SemanticModel', reports: 'Report' }

/** Items as lists show them. */
export function shownItems({ items, workspace }: Stub, kind: string) {
  return [...items.values()]
    .filter(({ type }) => kind === 'items' || type === TYPES[kind])
    .filter((one) => one.hidden-- <= 0)
    .map(({ id, type, displayName }) => ({
      id,
      type,
      displayName,
      description: '',
      workspaceId: workspace,
    }))
}

export function create(stub: Stub, { later }: Operations, kind: string, body: Sent): Reply {
  const type = body.type ?? TYPES[kind] ?? ''
  const parts = partsIn(body)
  const wrong = faultOfParts(stub, type, parts)
  if (wrong) return refusal(400, 'CorruptedPayload', wrong)
  const taken = [...stub.items.values()].some(
    (one) => one.type === type && one.displayName.toLowerCase() === body.displayName.toLowerCase(),
  )
  if (taken) return refusal(409, 'ItemDisplayNameAlreadyInUse', 'Requested name is already in use.')
  const id = randomUUID()
  const item = { id, type, displayName: body.displayName, parts, hidden: stub.settings.hidden }
  return later(
    { id, type, displayName: body.displayName, description: '', workspaceId: stub.workspace },
    () => stub.items.set(id, item),
    201,
  )
}

export function update(stub: Stub, { later }: Operations, item: StubItem | undefined, body: Sent): Reply {
  const parts = partsIn(body)
  const wrong = faultOfParts(stub, item?.type ?? '', parts)
  if (wrong) return refusal(400, 'CorruptedPayload', wrong)
  return later(undefined, () => void (item && Object.assign(item, { parts })))
}

function faultOfParts({ items }: Stub, type: string, parts: Map<string, Buffer>): string | undefined {
  if (type === 'SemanticModel')
    return ['definition.pbism', 'definition/model.tmdl']
      .map((path) => (parts.has(path) ? '' : `${path} is missing`))
      .find(Boolean)
  const reference = parts.get('definition.pbir')?.toString() ?? '{}'
  const wrong = faultIn(reportReference, JSON.parse(reference))
  const id = /(?:semanticmodelid=|pbiModelDatabaseName":\s*")([^"]+)"/.exec(reference)?.[1] ?? ''
  return wrong ?? (items.get(id)?.type === 'SemanticModel' ? undefined : `there is no model ${id}`)
}

export function partsIn(body: Sent): Map<string, Buffer>
export function partsIn(body: Sent, unique: false): [string, Buffer][]
export function partsIn({ definition }: Sent, unique = true): Map<string, Buffer> | [string, Buffer][] {
  const parts = (definition?.parts ?? []).map(({ path, payload }): [string, Buffer] => [
    path,
    Buffer.from(payload, 'base64'),
  ])
  return unique ? new Map(parts) : parts
}

/** As Fabric gives a definition back: with a `.platform` of its own, other line ends, and a reference in full. */
export function sent(item: StubItem | undefined) {
  const platform: [string, Buffer] = [
    '.platform',
    Buffer.from(JSON.stringify({ metadata: { type: item?.type, displayName: item?.displayName } })),
  ]
  const told = ([path, content]: [string, Buffer]): [string, Buffer] => {
    if (path.endsWith('.tmdl'))
      return [path, Buffer.from(content.toString().replaceAll('\n', '\r\n').trimEnd())]
    if (path !== 'definition.pbir') return [path, content]
    const full = content
      .toString()
      .replace(
        /semanticmodelid=/,
        'Data Source=powerbi://api.powerbi.com/v1.0/myorg/Sales;initial catalog=shop;integrated security=ClaimsToken;semanticmodelid=',
      )
    return [path, Buffer.from(JSON.stringify(JSON.parse(full)))]
  }
  return [...(item?.parts ?? []), platform].map((part) => {
    const [path, content] = told(part as [string, Buffer])
    return { path, payload: content.toString('base64'), payloadType: 'InlineBase64' }
  })
}
