import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob'
import type { Azurite } from '../support/azurite.ts'
import { KEY, placeNames } from '../support/places.ts'
import type { Site } from './scene.ts'
import { leftovers, listFiles } from './warehouse.ts'

/** Projects whose landing files, lakes and warehouses lie in one container, each below the name of its folder. */
export interface CloudSite extends Site {
  /** Moves a project's landing files to the container, and its places with them. */
  settle(project: string): Promise<string>
  /** Replaces a landing file. */
  put(project: string, path: string, text: string): Promise<void>
  read(project: string, path: string): Promise<string>
}

const CONTAINER = 'kill'

export async function cloudSite({
  account,
  key,
  blobEndpoint,
  connectionString,
}: Azurite): Promise<CloudSite> {
  process.env[KEY] = key
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(CONTAINER)
  await container.create()
  const views = new Map<string, Promise<string>>()
  /** One look at a time: a reader polls while the test looks too. */
  const seen = async (project: string): Promise<string> => {
    const name = await nameOf(project)
    const folder = join(dirname(project), `${name}-seen`)
    const look = (views.get(name) ?? Promise.resolve('')).then(() => copyOut(container, name, folder))
    views.set(
      name,
      look.catch(() => ''),
    )
    return look
  }
  let machines = 0
  return {
    seen,
    readEvery: 500,
    async settle(project) {
      const landing = join(project, 'landing')
      for (const path of await listFiles(landing))
        await put(container, `${basename(project)}/landing/${path}`, await readFile(join(landing, path)))
      await rm(landing, { recursive: true })
      const text = (await readFile(join(project, 'c360.yaml'), 'utf8')).replace(
        /^(landing|lake|warehouse):.*\n/gm,
        '',
      )
      const places = placeNames.map(
        (name) => `${name}: az://${account}/${CONTAINER}/${basename(project)}/${name}\n`,
      )
      const settings = `{ endpoint: "${blobEndpoint}", account_key: "\${env:${KEY}}" }`
      const azure = `azure:\n  storage:\n    ${account}: ${settings}\n`
      await writeFile(join(project, 'c360.yaml'), `${text}\n${places.join('')}${azure}`)
      return project
    },
    async copy(from, to) {
      const [old, name] = [await nameOf(from), basename(to)]
      await cp(from, to, { recursive: true, preserveTimestamps: true })
      const config = join(to, 'c360.yaml')
      const text = await readFile(config, 'utf8')
      await writeFile(config, text.replaceAll(`/${CONTAINER}/${old}/`, `/${CONTAINER}/${name}/`))
      const cache = join(to, '.c360', 'cache', 'az', account, CONTAINER)
      await rename(join(cache, old), join(cache, name)).catch(() => undefined)
      for await (const blob of container.listBlobsFlat({ prefix: `${old}/` }))
        await put(
          container,
          blob.name.replace(old, name),
          await container.getBlobClient(blob.name).downloadToBuffer(),
        )
      return to
    },
    /** By turns the same machine, and one with nothing on its disk but what the user wrote. */
    async next(project) {
      if (machines++ % 2 === 0) return project
      const other = `${project}-other`
      await mkdir(other)
      for (const name of ['c360.yaml', 'contracts'])
        await cp(join(project, name), join(other, name), { recursive: true })
      return other
    },
    async leftovers(machine) {
      const inPlaces = await leftovers(await seen(machine))
      const isOther = machine.endsWith('-other')
      const here = (await listFiles(join(machine, '.c360'))).filter((path) =>
        /candidate-|\.csv$|^tmp\//.test(path),
      )
      // Another machine cannot know that the writer of a bronze file is dead; its own one removes it.
      return [
        ...inPlaces.filter((path) => !(isOther && /^lake\/bronze\/\w+\/\d{6}-[^/]*\.parquet$/.test(path))),
        ...here,
      ]
    },
    put: async (project, path, text) =>
      put(container, `${await nameOf(project)}/landing/${path}`, Buffer.from(text)),
    read: async (project, path) =>
      (await container.getBlobClient(`${await nameOf(project)}/landing/${path}`).downloadToBuffer()).toString(
        'utf8',
      ),
  }
}

async function put(container: ContainerClient, name: string, content: Buffer): Promise<void> {
  await container.getBlockBlobClient(name).uploadData(content)
}

const nameOf = async (project: string): Promise<string> =>
  /^lake: az:\/\/[^/]+\/[^/]+\/([^/\n]+)\//m.exec(await readFile(join(project, 'c360.yaml'), 'utf8'))?.[1] ??
  ''

const etags = new Map<string, string>()

/** Makes a folder hold what the project's lake and warehouse hold, with no code of ours. What `current.json` names is there when it says so. */
async function copyOut(container: ContainerClient, name: string, folder: string): Promise<string> {
  const bring = async (path: string): Promise<void> => {
    const answer = await container
      .getBlobClient(`${name}/${path}`)
      .downloadToBuffer()
      .catch(() => undefined)
    if (answer === undefined) return
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, `${path}.part`), answer)
    await rename(join(folder, `${path}.part`), join(folder, path))
  }
  const there = new Map<string, string>()
  const pointer = await container
    .getBlobClient(`${name}/warehouse/current.json`)
    .downloadToBuffer()
    .catch(() => undefined)
  for await (const { name: blob, properties } of container.listBlobsFlat({ prefix: `${name}/` }))
    there.set(blob.slice(name.length + 1), properties.etag)
  for (const [path, etag] of there) {
    if (path.startsWith('landing/') || path === 'warehouse/current.json') continue
    if (etags.get(join(folder, path)) !== etag) await bring(path)
    etags.set(join(folder, path), etag)
  }
  await mkdir(join(folder, 'warehouse'), { recursive: true })
  if (pointer) await writeFile(join(folder, 'warehouse', 'current.json'), pointer)
  for (const path of await listFiles(folder))
    if (!there.has(path) && !(pointer && path === 'warehouse/current.json'))
      await rm(join(folder, path), { force: true })
  return folder
}
