import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Build, copyBuild } from '../crash/build.ts'
import { type Scratch, scratch } from '../crash/project.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { exampleRetail } from '../support/project.ts'
import { c360, failure, type Said } from './cli.ts'

let build: Build
let space: Scratch
let azurite: Azurite
let files = ''
beforeAll(async () => {
  ;[build, space, azurite] = await Promise.all([copyBuild(), scratch('c360-landing-'), startAzurite()])
  files = space.next('files')
  await mkdir(files)
  for (const [name, text] of Object.entries({
    'Customers.csv': 'CustomerID\n1\n',
    'notes.txt': 'x',
    '.hidden': 'x',
  }))
    await writeFile(join(files, name), text)
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove(), azurite?.[Symbol.asyncDispose]()])
})

interface Place {
  readonly call: (...args: readonly string[]) => Promise<Said>
  /** What lies at that path of the landing place, seen without the program. */
  readonly lies: (path: string) => Promise<string | undefined>
}

async function project(): Promise<string> {
  const root = space.next('project')
  for (const name of ['c360.yaml', 'contracts'])
    await cp(join(exampleRetail, name), join(root, name), { recursive: true })
  return root
}

async function folder(): Promise<Place> {
  const root = await project()
  return {
    call: (...args) => c360(build, ['landing', ...args, '-p', root], { cwd: files }),
    lies: (path) => readFile(join(root, 'landing', path), 'utf8').catch(() => undefined),
  }
}

let containers = 0

async function container(): Promise<Place> {
  const name = `landing-${++containers}`
  const client = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(name)
  await client.create()
  const place = await folder()
  const root = await project()
  await writeFile(join(root, 'key'), azurite.key)
  const config = (await readFile(join(root, 'c360.yaml'), 'utf8')).replace(/^landing:.*$/m, '')
  await writeFile(join(root, 'c360.yaml'), config)
  const storage = `{ ${azurite.account}: { account_key: "\${file:key}", endpoint: "${azurite.blobEndpoint}" } }`
  await appendFile(
    join(root, 'c360.yaml'),
    `\nlanding: az://${azurite.account}/${name}/in\nazure:\n  storage: ${storage}\n`,
  )
  return {
    ...place,
    call: (...args) => c360(build, ['landing', ...args, '-p', root], { cwd: files }),
    async lies(path) {
      const blob = client.getBlobClient(`in/${path}`)
      return (await blob.exists()) ? (await blob.downloadToBuffer()).toString() : undefined
    },
  }
}

describe.each([
  ['a folder', folder],
  ['a container', container],
])('landing in %s', (_, open) => {
  it('takes files, shows them and who reads them, and replaces none unless told', async () => {
    const { call, lies } = await open()
    expect((await call('ls')).out).toMatch(/^Nothing lies in .* yet: c360 landing put FILE/)
    const put = await call('put', 'Customers.csv', 'notes.txt')
    expect(put).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^2 files, 14 B put into .* Next: c360 run\n$/),
    })
    expect(put.err).toMatch(/Customers\.csv {2}13 B {2}for \w+\n/)
    expect(put.err).toMatch(/notes\.txt {2}1 B {2}no contract reads it/)
    expect([await lies('Customers.csv'), await lies('notes.txt')]).toEqual(['CustomerID\n1\n', 'x'])

    const listed = await call('ls')
    expect(listed.out).toMatch(/Customers\.csv +13 B +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d +customers\n/)
    expect(listed.out).toMatch(/notes\.txt .* no contract\n/)
    expect(listed.out).toMatch(/\n2 files, 14 B in /)
    expect(JSON.parse((await call('ls', '--json')).out)).toMatchObject({
      files: [
        { path: 'Customers.csv', size: 13, sources: ['customers'] },
        { path: 'notes.txt', size: 1, sources: [] },
      ],
    })

    await writeFile(join(files, 'Customers.csv'), 'CustomerID\n1\n2\n')
    const again = await call('put', 'Customers.csv', '--json')
    expect(again.code).toBe(2)
    expect(failure(again).problems).toMatchObject([
      {
        message: expect.stringMatching(/there already, of 13 bytes, this one has 15/),
        hint: expect.stringContaining('--overwrite'),
      },
    ])
    expect(await lies('Customers.csv')).toBe('CustomerID\n1\n')
    expect((await call('put', 'Customers.csv', '--overwrite', '--to', 'new/')).code).toBe(0)
    expect((await call('put', 'Customers.csv', '--overwrite')).code).toBe(0)
    expect([await lies('Customers.csv'), await lies('new/Customers.csv')]).toEqual(
      Array(2).fill('CustomerID\n1\n2\n'),
    )
    await writeFile(join(files, 'Customers.csv'), 'CustomerID\n1\n')
  })

  it('says all that is wrong at once, and puts nothing', async () => {
    const { call, lies } = await open()
    const said = await call('put', 'notes.txt', 'nowhere.csv', '.', '.hidden', './notes.txt', '--json')
    expect(said.code).toBe(2)
    const messages = (failure(said).problems as { message: string }[]).map(({ message }) => message)
    expect(messages).toEqual([
      'is not there.',
      'is a folder.',
      expect.stringContaining('would become notes.txt'),
      expect.stringContaining('would never be read'),
    ])
    expect(await lies('notes.txt')).toBeUndefined()
    for (const to of ['../out', '/etc', 'a/../../b', 'C:\\x'])
      expect(failure(await call('put', 'notes.txt', '--to', to, '--json')).problems).toMatchObject([
        { message: expect.stringContaining('outside') },
      ])
  })
})

describe('landing', () => {
  it.each([
    [[], 'put or ls'],
    [['rm'], 'not `rm`'],
    [['put'], 'Which files'],
    [['ls', 'x'], 'takes no file'],
  ])('%j is a mistake', async (args, message) => {
    const { call } = await folder()
    expect(await call(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) })
  })

  it('shows how far a large file has come, and leaves no trace of the key', async () => {
    const { call } = await container()
    await writeFile(join(files, 'large.bin'), Buffer.alloc(40_000_000))
    const { code, out, err } = await call('put', 'large.bin')
    expect(code).toBe(0)
    expect(err).toMatch(/\d+\.\d MB of 40\.0 MB, 0 of 1 files\n/)
    expect(out + err).not.toContain(azurite.key)
  })
})
