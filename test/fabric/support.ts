import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, openClient } from '../../src/fabric/client.ts'
import { cloudOf } from '../../src/fabric/cloud.ts'
import { type Deployed, deploy } from '../../src/fabric/deploy.ts'
import { findWorkspace } from '../../src/fabric/items.ts'
import { openJournal } from '../../src/fabric/journal.ts'
import { projectOf } from '../../src/fabric/project-folder.ts'
import { openTokens } from '../../src/fabric/tokens.ts'
import type { Wish } from '../../src/fabric/types.ts'
import { openStub } from './stub.ts'
import type { Stub } from './stub-types.ts'

/** A small project in the words of a real one. */
export const files = (more: Readonly<Record<string, string>> = {}): ReadonlyMap<string, Buffer> =>
  new Map(
    Object.entries({
      'shop.SemanticModel/.platform': JSON.stringify({
        metadata: { type: 'SemanticModel', displayName: 'shop' },
      }),
      'shop.SemanticModel/definition.pbism': '{"version":"4.2","settings":{}}',
      'shop.SemanticModel/definition/model.tmdl': 'model Model\n\tculture: en-US\n\nref table Sales\n',
      'shop.SemanticModel/definition/expressions.tmdl': [
        '/// Server',
        'expression Server = "dev.database.windows.net" meta [IsParameterQuery = true, Type = "Text"]',
        '',
        'expression Database = "gold" meta [IsParameterQuery = true, Type = "Text"]',
        '',
        'expression \'Most rows\' = 100 meta [IsParameterQuery = true, Type = "Number"]',
        '',
      ].join('\n'),
      'shop.SemanticModel/definition/tables/Sales.tmdl':
        "table Sales\n\n\tcolumn 'Order number'\n\t\tdataType: string\n\n\tpartition Sales = m\n\t\tmode: import\n",
      'shop.Report/.platform': JSON.stringify({ metadata: { type: 'Report', displayName: 'shop' } }),
      'shop.Report/definition.pbir': JSON.stringify({
        $schema:
          'https://developer.microsoft.com/json-schemas/fabric/item/report/definitionProperties/2.0.0/schema.json',
        version: '4.0',
        datasetReference: { byPath: { path: '../shop.SemanticModel' } },
      }),
      'shop.Report/definition/report.json': '{"a": 1, "b": [1, 2]}',
      ...more,
    }).map(([path, text]) => [path, Buffer.from(text)]),
  )

export const wish = (more: Partial<Wish> = {}): Wish => ({
  project: projectOf(files()),
  connections: [],
  schedule: undefined,
  refresh: true,
  ...more,
})

/** A stub, a folder for the state, and a client that does not wait but remembers how long it would have. */
export interface Bench extends AsyncDisposable {
  readonly stub: Stub
  readonly state: string
  readonly pauses: number[]
  readonly notes: string[]
  client(signal?: AbortSignal, env?: Record<string, string>): Client
  /** Requests to these routes, in their order. */
  asked(...routes: string[]): string[]
  /** What is in the workspace: `Report shop`. */
  items(): string[]
  /** A part of the first item of the type, or ''. */
  part(type: string, path: string): string
  /** How many deployments are remembered as unfinished. */
  journals(): Promise<number>
  deploy(wished?: Wish, signal?: AbortSignal): Promise<Deployed>
  /** Aborts when the route was asked so many times. */
  abortAt(route: string, count?: number): AbortSignal
}

export async function openBench(): Promise<Bench> {
  const stub = await openStub()
  const state = await mkdtemp(join(tmpdir(), 'c360-fabric-'))
  const pauses: number[] = []
  const notes: string[] = []
  const watched: { route: string; count: number; abort: () => void }[] = []
  const pause = async (ms: number, signal: AbortSignal) => {
    pauses.push(ms)
    for (const { route, count, abort } of watched)
      if (stub.asked.filter((one) => one === route).length >= count) abort()
    signal.throwIfAborted()
  }
  const client: Bench['client'] = (signal = new AbortController().signal, env = {}) => {
    const given = { C360_FABRIC_TOKEN: stub.tokens.fabric, C360_POWERBI_TOKEN: stub.tokens.powerbi, ...env }
    return openClient({
      cloud: cloudOf({ api: stub.fabric, powerbiApi: stub.powerbi }, {}),
      tokens: openTokens(given),
      signal,
      note: (text) => void notes.push(text),
      pause,
    })
  }
  return {
    stub,
    state,
    pauses,
    notes,
    client,
    asked: (...routes) => stub.asked.filter((one) => routes.includes(one)),
    items: () => [...stub.items.values()].map(({ type, displayName }) => `${type} ${displayName}`),
    part(type, path) {
      const item = [...stub.items.values()].find((one) => one.type === type)
      return item?.parts.get(path)?.toString() ?? ''
    },
    journals: async () => (await readdir(join(state, 'deploy')).catch(() => [])).length,
    async deploy(wished = wish(), signal) {
      const opened = client(signal)
      const workspace = await findWorkspace(opened, 'Sales')
      const journal = await openJournal(state, workspace.id, wished.project.model.name)
      return deploy(opened, workspace, wished, journal)
    },
    abortAt(route, count = 1) {
      const control = new AbortController()
      watched.push({ route, count, abort: () => control.abort() })
      return control.signal
    },
    async [Symbol.asyncDispose]() {
      await stub[Symbol.asyncDispose]()
      await rm(state, { recursive: true, force: true })
    },
  }
}
