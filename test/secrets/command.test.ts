import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KeyVaultDouble, startKeyVault } from '../support/key-vault.ts'
import { misfits } from '../support/key-vault-spec.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const CANARY = 'CANARY-value-of-'

let vault: KeyVaultDouble
let folder = ''
beforeAll(async () => {
  vault = await startKeyVault()
  folder = await mkdtemp(join(tmpdir(), 'c360-secrets-'))
})
afterAll(async () => {
  await vault[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** `c360 secrets ..` as a process of its own, with nothing of this one's Azure. */
async function secrets(root: string, args: readonly string[], more: Record<string, string> = {}, input = '') {
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential', ...vault.env, ...more }
  const child = spawn(process.execPath, [main, 'secrets', ...args, '--project', root], { env })
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err } satisfies Ended
}

async function project(name: string, yaml: string): Promise<string> {
  const root = join(folder, name)
  await mkdir(root, { recursive: true })
  const head = 'version: 1\nname: secrets\ntime_zone: UTC\ncurrency: EUR\n'
  await writeFile(join(root, 'c360.yaml'), head + yaml.replaceAll('VAULT', vault.url))
  return root
}

describe('check', () => {
  test('looks every reference up, asks for each once, and tells the failures apart', async () => {
    for (const name of ['lake-key', 'busy', 'off']) vault.set(name, CANARY + name)
    vault.set('off', `${CANARY}off-now`, { enabled: false })
    vault.fault('busy', { status: 429, code: 'Throttled', retryAfter: 1, times: 2 })
    vault.fault('not-mine', { status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac' })
    vault.fault('walled', { status: 403, code: 'Forbidden', inner: 'ForbiddenByFirewall' })
    vault.fault('foreign', { status: 401, code: 'Unauthorized' })
    const root = await project(
      'check',
      `azure:
  key_vault: VAULT
  storage:
    acmelake: { account_key: \${keyvault:lake-key} }
    otherlake: { connection_string: \${keyvault:lake-key} }
    thirdlake: { sas: \${env:THIRD_SAS} }
targets:
  a: { engine: x, password: \${keyvault:busy}, token: \${keyvault:off}, user: \${keyvault:not-mine} }
  b: { engine: x, password: \${keyvault:walled}, token: \${keyvault:foreign}, user: \${keyvault:nowhere} }
  c: { engine: x, password: \${file:safe}, token: \${file:open}, pat: \${file:none}, user: \${env:NO_SUCH}, pwd: \${file:.} }
`,
    )
    await writeFile(join(root, 'safe'), `${CANARY}safe\n`, { mode: 0o600 })
    await writeFile(join(root, 'open'), `${CANARY}open`)
    await chmod(join(root, 'open'), 0o644)
    const { code, out, err } = await secrets(root, ['check', '--json'], { THIRD_SAS: `${CANARY}sas` })
    const { ok, secrets: found } = JSON.parse(out) as { ok: boolean; secrets: Record<string, string>[] }
    expect(found.map(({ key, ok, why, warning }) => [key, ok || why, warning !== undefined])).toEqual([
      ['azure.storage.acmelake.account_key', true, false],
      ['azure.storage.otherlake.connection_string', true, false],
      ['azure.storage.thirdlake.sas', true, false],
      ['targets.a.password', true, false],
      ['targets.a.token', 'disabled', false],
      ['targets.a.user', 'forbidden', false],
      ['targets.b.password', 'firewall', false],
      ['targets.b.token', 'not_signed_in', false],
      ['targets.b.user', 'no_secret', false],
      ['targets.c.password', true, false],
      ['targets.c.token', true, process.platform !== 'win32'],
      ['targets.c.pat', 'no_file', false],
      ['targets.c.user', 'not_set', false],
      ['targets.c.pwd', 'no_file', false],
    ])
    expect({ ok, code }).toEqual({ ok: false, code: 18 })
    const forbidden = found.find(({ why }) => why === 'forbidden')
    expect(forbidden?.hint).toContain('--role "Key Vault Secrets User"')
    expect(vault.requests.filter((request) => request.startsWith('GET /secrets/lake-key'))).toHaveLength(1)
    expect(vault.requests.filter((request) => request.startsWith('GET /secrets/busy'))).toHaveLength(3)
    expect(out + err).not.toContain(CANARY)
  }, 30_000)

  test('says for people where, why and what to do; 0 when all is there', async () => {
    const root = await project(
      'people',
      'name2: x\nazure:\n  storage:\n    lake: { sas: "${env:LAKE_SAS}" }\n',
    )
    const missing = await secrets(root, ['check'])
    expect(missing.out).toBe(
      'missing  c360.yaml:8  azure.storage.lake.sas  ${env:LAKE_SAS}\n' +
        '         the environment variable LAKE_SAS is not set\n' +
        '         set LAKE_SAS for the process that runs c360\n',
    )
    const there = await secrets(root, ['check'], { LAKE_SAS: `${CANARY}sas` })
    expect(there).toMatchObject({ code: 0, err: '' })
    expect(there.out).toMatch(/^ok {7}c360\.yaml:8 /)
  })

  test('nobody signed in, and a vault that is not there, are two things', async () => {
    const away = await project(
      'away',
      'azure: { key_vault: "https://127.0.0.1:9" }\ntargets:\n  a: { engine: x, pwd: "${keyvault:x}" }\n',
    )
    const here = await project(
      'here',
      'azure: { key_vault: VAULT }\ntargets:\n  a: { engine: x, pwd: "${keyvault:x}" }\n',
    )
    const [unreachable, stranger] = await Promise.all([
      secrets(away, ['check', '--json']),
      secrets(here, ['check', '--json'], { AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential', PATH: '/nowhere' }),
    ])
    expect(unreachable.out).toContain('"why": "unreachable"')
    expect(stranger.out).toContain('"why": "not_signed_in"')
    expect([unreachable.code, stranger.code]).toEqual([18, 18])
  }, 40_000)

  test('without the word of the tests a local address is no vault', async () => {
    vault.set('any', `${CANARY}any`)
    const root = await project(
      'real',
      'azure: { key_vault: VAULT }\ntargets:\n  a: { engine: x, pwd: "${keyvault:any}" }\n',
    )
    const asked = vault.requests.length
    const { code, out } = await secrets(root, ['check', '--json'], { C360_KEY_VAULT_LOOPBACK: '0' })
    expect({ code, asked: vault.requests.length }).toEqual({ code: 18, asked })
    expect(out).not.toContain(CANARY)
  })
})

test('list shows every place, and looks up nothing', async () => {
  const root = await project(
    'list',
    'landing: az://${env:ACCOUNT}/landing\nazure:\n  key_vault: VAULT\n  storage:\n    ${env:ACCOUNT}: { account_key: ${keyvault:k} }\ntargets:\n  a: { engine: x, pwd: ["${keyvault:other-vault/p}"] }\n',
  )
  const asked = vault.requests.length
  const { code, out } = await secrets(root, ['list'], { ACCOUNT: `${CANARY}account` })
  expect({ code, asked: vault.requests.length }).toEqual({ code: 0, asked })
  expect(out.split('\n')).toEqual([
    'c360.yaml:5  landing  ${env:ACCOUNT}  environment variable ACCOUNT',
    'c360.yaml:9  azure.storage.${env:ACCOUNT}  ${env:ACCOUNT}  environment variable ACCOUNT',
    `c360.yaml:9  azure.storage.\${env:ACCOUNT}.account_key  \${keyvault:k}  secret k of ${new URL(vault.url).host}`,
    'c360.yaml:11  targets.a.pwd.0  ${keyvault:other-vault/p}  secret p of other-vault.vault.azure.net',
    '',
  ])
})

test('a secret in clear stops list and check, and is not repeated', async () => {
  const root = await project('clear', `targets:\n  a: { engine: x, password: ${CANARY}clear }\n`)
  const { code, out, err } = await secrets(root, ['check'])
  expect(code).toBe(3)
  expect(err).toContain('c360.yaml:6')
  expect(out + err).not.toContain(CANARY)
})

describe('set', () => {
  test('writes a new version from standard input, and the next look-up has it', async () => {
    const root = await project('set', 'azure: { key_vault: VAULT }\n')
    const first = await secrets(root, ['set', 'rotated'], {}, `${CANARY}one\n`)
    const second = await secrets(root, ['set', 'rotated', '--vault', vault.url], {}, `${CANARY}two`)
    expect([first.code, second.code]).toEqual([0, 0])
    expect(vault.versions('rotated')).toEqual([`${CANARY}one`, `${CANARY}two`])
    expect(first.out).toMatch(
      new RegExp(
        `^Wrote ${vault.url}/secrets/rotated/[0-9a-f]{32}\\nc360.yaml calls it \\$\\{keyvault:rotated\\}.\\n$`,
      ),
    )
    expect(first.out + first.err + second.out + second.err).not.toContain(CANARY)
  })

  test('forbidden: the role that writes; a value as argument, an empty one and no vault are refused', async () => {
    vault.fault('sealed', { status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac' })
    const root = await project('sealed', 'azure: { key_vault: VAULT }\n')
    const none = await project('none', '')
    const [forbidden, argument, empty, nowhere] = await Promise.all([
      secrets(root, ['set', 'sealed'], {}, `${CANARY}sealed`),
      secrets(root, ['set', 'argument', `${CANARY}argument`]),
      secrets(root, ['set', 'empty'], {}, '\n'),
      secrets(none, ['set', 'x'], {}, `${CANARY}x`),
    ])
    expect(forbidden.code).toBe(18)
    expect(forbidden.err).toContain('--role "Key Vault Secrets Officer"')
    expect([argument.code, empty.code, nowhere.code]).toEqual([2, 2, 2])
    expect(nowhere.err).toContain('--vault')
    for (const { out, err } of [forbidden, argument, empty, nowhere]) expect(out + err).not.toContain(CANARY)
  })
})

test('the double answers in the shapes of the published specification', () => {
  const kindOf = (status: number, operation: string) =>
    status >= 400
      ? 'KeyVaultError'
      : /\/secrets$|\/versions$/.test(operation)
        ? 'SecretListResult'
        : 'SecretBundle'
  expect(vault.answers.length).toBeGreaterThan(10)
  for (const { operation, status, body } of vault.answers)
    expect(misfits(kindOf(status, operation), body), operation).toEqual([])
})
