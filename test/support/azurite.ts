import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

/** A real Azurite, Blob and Queue, on free ports of this machine; `await using` stops it and removes what it holds. */
export interface Azurite extends AsyncDisposable {
  readonly account: string
  /** Another one at every start, so that a test can search for it. */
  readonly key: string
  /** With the account's name in the path: `http://127.0.0.1:<port>/<account>`. */
  readonly blobEndpoint: string
  readonly queueEndpoint: string
  readonly connectionString: string
}

export interface AzuriteOptions {
  readonly account?: string
  /** PEM files; then it speaks HTTPS and takes tokens of Entra ID (of any signature). */
  readonly tls?: { readonly cert: string; readonly key: string }
}

const program = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js')
const READY =
  /Blob service is successfully listening at (\S+)[\s\S]*Queue service is successfully listening at (\S+)/
const START_MS = 60_000

/** Ready when it answers. */
export async function startAzurite({ account = 'acmelake', tls }: AzuriteOptions = {}): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'c360-azurite-'))
  const key = randomBytes(64).toString('base64')
  const ports = ['blob', 'queue', 'table'].flatMap((name) => [
    `--${name}Host`,
    '127.0.0.1',
    `--${name}Port`,
    '0',
  ])
  const secure = tls ? ['--cert', tls.cert, '--key', tls.key, '--oauth', 'basic'] : []
  const child = spawn(
    process.execPath,
    [program, '-l', folder, ...ports, ...secure, '--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` } },
  )
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.removeListener('exit', kill)
    await ended(child)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const [blob, queue] = await listening(child)
    const [blobEndpoint, queueEndpoint] = [`${blob}/${account}`, `${queue}/${account}`]
    const connectionString = `DefaultEndpointsProtocol=${tls ? 'https' : 'http'};AccountName=${account};AccountKey=${key};BlobEndpoint=${blobEndpoint};QueueEndpoint=${queueEndpoint};`
    return { account, key, blobEndpoint, queueEndpoint, connectionString, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function listening(child: ChildProcess): Promise<[blob: string, queue: string]> {
  let said = ''
  return new Promise((ready, failed) => {
    const fail = (why: string) => failed(new Error(`Azurite ${why}: ${said.trim()}`))
    const timer = setTimeout(() => fail(`did not answer within ${START_MS} ms`), START_MS)
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8')
      stream?.on('data', (data: Buffer) => {
        said += decoder.write(data)
        const [, blob, queue] = READY.exec(said) ?? []
        if (blob === undefined || queue === undefined) return
        clearTimeout(timer)
        ready([blob, queue])
      })
    }
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    })
  })
}

/** What it holds is thrown away, so nothing is lost by not asking it politely. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
