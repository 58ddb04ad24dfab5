import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Build, copyBuild } from '../crash/build.ts'
import { configs } from '../history/shop.ts'
import { csv, customers } from '../history/small.ts'
import { c360, type Said } from '../operations/cli.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { type Fault, type Faulty, startFaulty } from '../support/faulty.ts'
import { type Lab, makeLab } from '../support/lab.ts'
import { KEY } from '../support/places.ts'

const SAS = 'C360_TEST_SAS'

let azurite: Azurite
let network: Faulty
let build: Build
beforeAll(async () => {
  azurite = await startAzurite()
  network = await startFaulty(azurite.blobEndpoint)
  build = await copyBuild(['dim_customers'])
}, 60_000)
afterAll(async () => {
  delete process.env[SAS]
  await build?.remove()
  await network?.[Symbol.asyncDispose]()
  await azurite?.[Symbol.asyncDispose]()
})

const sasFor = (permissions: string): string =>
  generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + 3_600_000),
      permissions: AccountSASPermissions.parse(permissions),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      services: AccountSASServices.parse('b').toString(),
    },
    new StorageSharedKeyCredential(azurite.account, azurite.key),
  ).toString()

/** The service asks for more patience than there is, from the first write on. */
const neverAgain = ({ method }: { method: string }): Fault | undefined =>
  method === 'PUT'
    ? { answer: 503, headers: { 'retry-after': '3600', 'x-ms-error-code': 'ServerBusy' } }
    : undefined

interface Way {
  readonly how: string
  /** The canary, and how c360.yaml names it. */
  readonly secret: () => { readonly name: 'account_key' | 'sas'; readonly value: string }
  readonly fault?: typeof neverAgain
  readonly exit: number
}

const key = () => ({ name: 'account_key' as const, value: azurite.key })
const ways: readonly Way[] = [
  { how: 'a key, the service never answering again', secret: key, fault: neverAgain, exit: 17 },
  {
    how: 'a key that is not the right one',
    secret: () => ({ ...key(), value: randomBytes(64).toString('base64') }),
    exit: 8,
  },
  {
    how: 'a SAS, the service never answering again',
    secret: () => ({ name: 'sas', value: sasFor('rwdlac') }),
    fault: neverAgain,
    exit: 17,
  },
  { how: 'a SAS that may not write', secret: () => ({ name: 'sas', value: sasFor('rl') }), exit: 8 },
]

it.each(ways)('a run that fails with $how says and leaves nothing of it', async ({ secret, fault, exit }) => {
  const { name, value } = secret()
  await using lab = await makeLab(
    { config: configs[0] ?? '', contracts: { customers: customers() } },
    { azurite, endpoint: network.url },
  )
  await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
  const variable = name === 'sas' ? SAS : KEY
  process.env[variable] = value
  const text = await readFile(join(lab.root, 'c360.yaml'), 'utf8')
  const config = text.replace(/account_key: "[^"]*"/, `${name}: "\${env:${variable}}"`)
  await writeFile(join(lab.root, 'c360.yaml'), config)
  network.fault = fault ?? (() => undefined)
  const said = [
    await c360(build, ['run', '-p', lab.root]),
    await c360(build, ['run', '-p', lab.root, '--json']),
  ]
  expect(said.map(({ code }) => code)).toEqual([exit, exit])
  await assertNowhere(lab, said, value)
})

async function assertNowhere(lab: Lab, said: readonly Said[], value: string): Promise<void> {
  const signature = new URLSearchParams(value).get('sig')
  const texts = [
    value,
    encodeURIComponent(value),
    ...(signature ? [signature, encodeURIComponent(signature)] : []),
  ]
  const items = await readdir(lab.root, { recursive: true, withFileTypes: true })
  const left = items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name))
  expect(left.length).toBeGreaterThan(1)
  const contents = await Promise.all(left.map(async (path) => [path, await readFile(path)] as const))
  for (const text of texts) {
    for (const { out, err } of said) expect(`${out}${err}`.includes(text)).toBe(false)
    expect(contents.filter(([, content]) => content.includes(text)).map(([path]) => path)).toEqual([])
  }
}
