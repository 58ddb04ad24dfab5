import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { expect, test } from 'vitest'
import { startAzurite } from '../support/azurite.ts'
import { startKeyVault } from '../support/key-vault.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

test('nothing that a run prints or leaves on disk holds a secret, whether it succeeds or fails', async () => {
  await using azurite = await startAzurite()
  await using vault = await startKeyVault()
  const root = await mkdtemp(join(tmpdir(), 'c360-leaks-'))
  const canaries = {
    snow: 'CANARY-snow-password',
    pool: 'CANARY-pool-token',
    wrong: `${'CANARYwrong'.repeat(8)}==`,
  }
  vault.set('lake-key', azurite.key)
  vault.set('snow', canaries.snow)
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, ...vault.env, POOL_TOKEN: canaries.pool, ACCOUNT: azurite.account }
  const printed: string[] = []
  const c360 = async (...args: string[]) => {
    const child = spawn(process.execPath, [main, ...args, '--project', root], { env })
    const ended = new Promise<number | null>((resolve) => void child.on('close', resolve))
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    printed.push(out, err)
    return { code, out, err }
  }
  try {
    await mkdir(join(root, 'contracts'))
    await writeFile(
      join(root, 'contracts/stores.yaml'),
      'files: S*.csv\nentity: store\nkey: store_id\ncolumns: { StoreID: store_id, City: city }\n',
    )
    await writeFile(
      join(root, 'c360.yaml'),
      `version: 1
name: leaks
time_zone: UTC
currency: EUR
landing: az://\${env:ACCOUNT}/landing
rules: { counted_statuses: all }
azure:
  key_vault: ${vault.url}
  storage:
    \${env:ACCOUNT}: { account_key: \${keyvault:lake-key}, endpoint: ${azurite.blobEndpoint} }
targets:
  snow: { engine: snowflake, account: acme, user: c360, warehouse: wh, database: db, password: \${keyvault:snow} }
  pool: { engine: spark, host: spark.example.com, tls: true, token: \${env:POOL_TOKEN} }
`,
    )
    await upload(azurite, 'S1.csv', 'StoreID,City\n1,York\n2,Leeds\n')
    expect(await c360('secrets', 'check')).toMatchObject({ code: 0 })
    expect(await c360('run', '--json')).toMatchObject({ code: 0 })
    await upload(azurite, 'S2.csv', 'StoreID,City\n3,Bath\n')
    expect(await c360('plan', '--sql')).toMatchObject({ code: 0 })
    expect((await c360('sql', '--json', 'select count(*) as n from dim_stores')).out).toContain('"n":2')
    vault.set('lake-key', canaries.wrong)
    const refused = await c360('run')
    expect(refused.code).not.toBe(0)
    expect(refused.err).not.toContain('INTERNAL')

    const secrets = [azurite.key, ...Object.values(canaries)].flatMap((value) => [
      value,
      encodeURIComponent(value),
    ])
    const left = await everything(root)
    expect(left.length).toBeGreaterThan(5)
    for (const { path, content } of left)
      for (const secret of secrets) expect(content.includes(secret), path).toBe(false)
    for (const secret of secrets) expect(printed.join('')).not.toContain(secret)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}, 60_000)

async function upload(
  { account, key, blobEndpoint }: { account: string; key: string; blobEndpoint: string },
  name: string,
  content: string,
): Promise<void> {
  const client = new BlobServiceClient(blobEndpoint, new StorageSharedKeyCredential(account, key))
  const container = client.getContainerClient('landing')
  await container.createIfNotExists()
  await container.getBlockBlobClient(name).upload(content, Buffer.byteLength(content))
}

async function everything(root: string): Promise<{ path: string; content: Buffer }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(files.map(async (path) => ({ path, content: await readFile(path) })))
}
