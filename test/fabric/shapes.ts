import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv'

/** The shapes that Microsoft's public descriptions of both services give the requests we send, written down anew. */

const uuid: SchemaObject = { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }

const closed = (
  properties: Record<string, SchemaObject>,
  required = Object.keys(properties),
): SchemaObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})

const definition = closed(
  {
    format: { enum: ['TMDL', 'TMSL', 'PBIR', 'PBIR-Legacy'] },
    parts: {
      type: 'array',
      minItems: 1,
      items: closed({
        path: { type: 'string', pattern: '^[^/\\\\].*[^/]$' },
        payload: {
          type: 'string',
          pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
        },
        payloadType: { const: 'InlineBase64' },
      }),
    },
  },
  ['parts'],
)

const displayName: SchemaObject = { type: 'string', minLength: 1, maxLength: 256 }
const description: SchemaObject = { type: 'string', maxLength: 256 }

const createItem = closed({ displayName, description, definition, folderId: uuid }, [
  'displayName',
  'definition',
])

/** As the generic endpoint takes it; an empty folder stands for the workspace itself. */
const createAny = closed(
  {
    displayName,
    description,
    definition,
    type: { enum: ['SemanticModel', 'Report'] },
    folderId: { anyOf: [uuid, { const: '' }] },
  },
  ['displayName', 'type'],
)

/** Of these two no connection has an id: they are what a source has instead of one. */
const unbound = ['Automatic', 'None']
const connectivity = [
  'ShareableCloud',
  'PersonalCloud',
  'OnPremisesGateway',
  'OnPremisesGatewayPersonal',
  'VirtualNetworkGateway',
]
const connectionDetails = closed({
  type: { type: 'string', minLength: 1 },
  path: { type: 'string', minLength: 1 },
})

const bindConnection = closed({
  connectionBinding: {
    oneOf: [
      closed({ id: uuid, connectivityType: { enum: connectivity }, connectionDetails }),
      closed({ connectivityType: { enum: unbound }, connectionDetails }),
    ],
  },
})

const notifyOption: SchemaObject = { enum: ['MailOnFailure', 'MailOnCompletion', 'NoNotification'] }
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const refreshSchedule = closed({
  value: closed(
    {
      enabled: { type: 'boolean' },
      days: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: DAYS } },
      times: {
        type: 'array',
        uniqueItems: true,
        items: { type: 'string', pattern: '^([01]\\d|2[0-3]):(00|30)$' },
      },
      localTimeZoneId: { type: 'string', minLength: 1 },
      notifyOption,
    },
    [],
  ),
})

export interface Route {
  readonly name: string
  readonly service: 'fabric' | 'powerbi'
  readonly method: string
  /** `{w}` and the like are ids. */
  readonly path: string
  readonly query?: Readonly<Record<string, SchemaObject>>
  /** Absent: no body may be sent. */
  readonly body?: SchemaObject
  readonly writes?: true
}

const page = { continuationToken: { type: 'string', minLength: 1 } }
const lists = (kind: string, path: string): Route => ({
  name: `list ${kind}`,
  service: 'fabric',
  method: 'GET',
  path,
  query: page,
})
const W = '/v1/workspaces/{w}'
const D = '/v1.0/myorg/groups/{w}/datasets/{i}'

const itemRoutes = (kind: string, folder: string, create: SchemaObject): readonly Route[] => [
  lists(kind, `${W}/${folder}`),
  {
    name: `create ${kind}`,
    service: 'fabric',
    method: 'POST',
    path: `${W}/${folder}`,
    body: create,
    writes: true,
  },
  {
    name: `definition of ${kind}`,
    service: 'fabric',
    method: 'POST',
    path: `${W}/${folder}/{i}/getDefinition`,
    query: { format: { type: 'string' } },
  },
  {
    name: `update ${kind}`,
    service: 'fabric',
    method: 'POST',
    path: `${W}/${folder}/{i}/updateDefinition`,
    query: { updateMetadata: { enum: ['true', 'false', 'True', 'False'] } },
    body: closed({ definition }),
    writes: true,
  },
]

export const ROUTES: readonly Route[] = [
  { ...lists('workspaces', '/v1/workspaces'), query: { ...page, roles: { type: 'string' } } },
  { name: 'workspace', service: 'fabric', method: 'GET', path: W },
  ...itemRoutes('semanticModels', 'semanticModels', createItem),
  ...itemRoutes('reports', 'reports', createItem),
  ...itemRoutes('items', 'items', createAny),
  { ...lists('folders', `${W}/folders`), query: { ...page, recursive: { type: 'string' } } },
  lists('item connections', `${W}/items/{i}/connections`),
  lists('connections', '/v1/connections'),
  {
    name: 'bind',
    service: 'fabric',
    method: 'POST',
    path: `${W}/semanticModels/{i}/bindConnection`,
    body: bindConnection,
    writes: true,
  },
  { name: 'operation', service: 'fabric', method: 'GET', path: '/v1/operations/{o}' },
  { name: 'operation result', service: 'fabric', method: 'GET', path: '/v1/operations/{o}/result' },
  {
    name: 'refreshes',
    service: 'powerbi',
    method: 'GET',
    path: `${D}/refreshes`,
    query: { $top: { type: 'string', pattern: '^[1-9]\\d?$' } },
  },
  {
    name: 'refresh',
    service: 'powerbi',
    method: 'POST',
    path: `${D}/refreshes`,
    body: closed({ notifyOption }),
    writes: true,
  },
  {
    name: 'schedule',
    service: 'powerbi',
    method: 'PATCH',
    path: `${D}/refreshSchedule`,
    body: refreshSchedule,
    writes: true,
  },
]

/** The reference of a report to its model, as the service takes it: version 2 of its schema, or 1 by other tools. */
export const reportReference: SchemaObject = {
  type: 'object',
  required: ['version', 'datasetReference'],
  properties: {
    $schema: { type: 'string' },
    version: { const: '4.0' },
    datasetReference: {
      oneOf: [
        closed({
          byConnection: closed({ connectionString: { type: 'string', pattern: '^semanticmodelid=' } }),
        }),
        closed({
          byConnection: {
            type: 'object',
            required: ['pbiModelDatabaseName', 'connectionType'],
            properties: { pbiModelDatabaseName: uuid, connectionType: { const: 'pbiServiceXmlaStyleLive' } },
          },
        }),
      ],
    },
  },
}

const ajv = new Ajv({ allErrors: true })
const compiled = new Map<SchemaObject, ValidateFunction>()

/** What is wrong with a value, in a line; undefined when nothing is. */
export function faultIn(schema: SchemaObject, value: unknown): string | undefined {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  return validate(value) ? undefined : ajv.errorsText(validate.errors)
}

export const isUuid = (text: string): boolean => faultIn(uuid, text) === undefined

/** The route of a request and the ids in its path; undefined when the services have none such. */
export function routeOf(
  service: Route['service'],
  method: string,
  path: string,
): { route: Route; ids: Record<string, string> } | undefined {
  for (const route of ROUTES) {
    if (route.service !== service || route.method !== method) continue
    const pattern = new RegExp(
      `^${route.path.replaceAll('.', '\\.').replaceAll(/\{(\w)\}/g, '(?<$1>[^/]+)')}$`,
    )
    const found = pattern.exec(path)
    if (found) return { route, ids: { ...found.groups } }
  }
  return undefined
}
