import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { type Running, startServer } from '../../src/server/start.ts'

/** A value that stands in every personal column of the small shop, in one form or another. It must never come out masked. */
export const CANARY = 'canaryqx7'

const config = `version: 1
name: small-shop
time_zone: UTC
currency: USD
rules:
  counted_statuses: [Completed]
`

const contracts: Readonly<Record<string, string>> = {
  customers: `source: customers
files: customers*.csv
format: { type: csv }
entity: customer
key: [customer_id]
load: upsert
columns:
  ID: { field: customer_id, required: true }
  Name: { field: name }
  Email: { field: email, clean: [email] }
  Phone: { field: phone }
  Address: { field: address }
  Note: { field: note }
`,
  sales: `source: sales
files: sales*.csv
format: { type: csv }
entity: transaction
key: [transaction_id]
order: [occurred_at]
load: upsert
freshness: 1 hours
set: { channel: online }
columns:
  Order: { field: transaction_id, required: true }
  Customer: { field: customer_id, references: customer }
  At: { field: occurred_at, required: true }
  Amount: { field: amount, min: 0 }
  Status: { field: status, one_of: [Completed, Failed] }
  Contact: { field: contact, pii: direct }
`,
}

const customers = `ID,Name,Email,Phone,Address,Note
1,Ann Example,${CANARY}.ann@example.com,+44 7700 900111,1 ${CANARY} Street,${CANARY} likes blue
2,Bob Sample,${CANARY}.bob@example.com,+44 7700 900222,2 ${CANARY} Street,
3,Bob Sample,${CANARY}.bob@example.com,+44 7700 900222,3 ${CANARY} Street,
`

const sales = `Order,Customer,At,Amount,Status,Contact
A1,1,2025-01-01T10:00:00,10.00,Completed,${CANARY}@example.com
A2,2,2025-01-02T10:00:00,20.50,Completed,
A3,2,2025-01-03T10:00:00,5.00,Failed,
A4,3,2025-01-04T10:00:00,not a number,Completed,${CANARY}@example.com
A5,3,${CANARY}@slipped.example,7.00,Completed,
`

export interface Api {
  readonly root: string
  readonly running: Running
  /** Everything the server has logged. */
  readonly logged: () => string
  call(method: string, path: string, body?: unknown, init?: RequestInit): Promise<Reply>
  get(path: string): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
  /** Follows a run to its end; the state it ended in. */
  follow(
    runId: string,
    lastEventId?: number,
  ): Promise<{ readonly state: string; readonly ids: readonly number[]; readonly text: string }>
  put(path: string, text: string): Promise<void>
  close(): Promise<void>
}

export interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, as a client does that has no types.
  readonly body: any
  readonly text: string
}

/** A server over a folder; `published` makes the small shop in it and runs it first. */
export async function serveShop(
  options: { readonly published?: boolean; readonly from?: string } = {},
): Promise<Api> {
  const root = await mkdtemp(join(tmpdir(), 'c360-server-'))
  if (options.from) await cp(options.from, root, { recursive: true })
  else if (options.published !== undefined) await writeShop(root)
  if (options.published) await run(await prepare(root))
  return serve(root)
}

async function writeShop(root: string): Promise<void> {
  await write(root, 'c360.yaml', config)
  for (const [source, text] of Object.entries(contracts)) await write(root, `contracts/${source}.yaml`, text)
  await write(root, 'landing/customers.csv', customers)
  await write(root, 'landing/sales.csv', sales)
}

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

export async function serve(root: string): Promise<Api> {
  let log = ''
  const running = await startServer({
    roots: [root],
    port: 0,
    host: '127.0.0.1',
    program: 'test',
    log: (line) => {
      log += line
    },
    web: root,
  })
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    init: RequestInit = {},
  ): Promise<Reply> => {
    const isForm = body instanceof FormData || typeof body === 'string' || body instanceof Uint8Array
    const answer = await fetch(running.origin + path, {
      method,
      ...(body === undefined ? {} : { body: isForm ? (body as FormData) : JSON.stringify(body) }),
      ...init,
      headers: {
        authorization: `Bearer ${running.token}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
    })
    const text = await answer.text()
    return { status: answer.status, body: parsed(text), text }
  }
  return {
    root,
    running,
    logged: () => log,
    call,
    get: (path) => call('GET', path),
    post: (path, body = {}) => call('POST', path, body),
    async follow(runId, lastEventId) {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }
      const { text } = await call('GET', `/api/runs/${runId}/events`, undefined, { headers })
      const ids = [...text.matchAll(/event: run\ndata: .*\nid: (\d+)/g)].map(([, id]) => Number(id))
      const state = /event: end\ndata: \{"state":"(\w+)"\}/.exec(text)?.[1] ?? ''
      return { state, ids, text }
    },
    put: (path, text) => write(root, path, text),
    async close() {
      await running.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a run or a server leaves beside data: ledgers, audit, caches. */
export async function leftBehind(root: string): Promise<string> {
  const folder = join(root, '.c360')
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
}
