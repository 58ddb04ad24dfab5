import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BlobServiceClient } from '@azure/storage-blob'
import { publishedDatabase } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { exampleRetail, projectIn, type TestProject } from '../support/project.ts'

/** The variable the projects' account key stands in. */
export const KEY = 'C360_TEST_ACCOUNT_KEY'

/** A landing zone, a lake and a warehouse on a real Azurite, and machines that work on them. */
export interface Cloud extends AsyncDisposable {
  readonly azurite: Azurite
  /** A machine with nothing on its disk but the project's own files: all of them share the three places. */
  machine(endpoint?: string): Promise<TestProject>
  /** Uploads every file of a folder to the landing zone. */
  land(folder: string): Promise<void>
  /** Writes one landing file. */
  put(path: string, text: string | Buffer): Promise<void>
}

export async function openCloud(): Promise<Cloud> {
  const azurite = await startAzurite()
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString)
  for (const name of ['landing', 'lake', 'warehouse']) await service.createContainer(name)
  process.env[KEY] = azurite.key
  const machines: TestProject[] = []
  const machine = async (endpoint = azurite.blobEndpoint): Promise<TestProject> => {
    const root = await mkdtemp(join(tmpdir(), 'c360-machine-'))
    await cp(join(exampleRetail, 'contracts'), join(root, 'contracts'), { recursive: true })
    const project = projectIn(root)
    machines.push(project)
    const text = await readFile(join(exampleRetail, 'c360.yaml'), 'utf8')
    await project.write('c360.yaml', inTheCloud(text, azurite.account, endpoint))
    return project
  }
  const put = async (path: string, text: string | Buffer): Promise<void> => {
    await service
      .getContainerClient('landing')
      .getBlockBlobClient(`retail/${path}`)
      .uploadData(Buffer.from(text))
  }
  return {
    azurite,
    machine,
    put,
    async land(folder) {
      for (const name of await readdir(folder)) await put(name, await readFile(join(folder, name)))
    },
    async [Symbol.asyncDispose]() {
      for (const project of machines) await project[Symbol.asyncDispose]()
      await azurite[Symbol.asyncDispose]()
    },
  }
}

/** An example's c360.yaml with its places in the account. */
export function inTheCloud(text: string, account: string, endpoint: string): string {
  const places = ['landing', 'lake', 'warehouse']
  const moved = places.reduce(
    (yaml, place) => yaml.replace(`\n${place}: ${place}\n`, `\n${place}: az://${account}/${place}/retail\n`),
    text,
  )
  return `${moved}\nazure:\n  storage:\n    ${account}: { endpoint: "${endpoint}", account_key: "\${env:${KEY}}" }\n`
}

/** The published version's database, as a machine has it. */
export const databaseOf = async ({ root }: TestProject): Promise<string> =>
  (await publishedDatabase(await loadProjectOrFail(root))).path

export async function emptyFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'c360-files-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
