import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, startServer } from '../../src/server/start.ts'
import { raw, trickle } from './raw.ts'

let folder: string
let running: Running

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'c360-guard-'))
  await mkdir(join(folder, 'web', 'assets'), { recursive: true })
  await mkdir(join(folder, 'project'))
  await writeFile(join(folder, 'web', 'index.html'), '<!doctype html><title>app</title>')
  await writeFile(join(folder, 'web', 'assets', 'a-1234.js'), 'console.log(1)')
  await writeFile(join(folder, 'secret.txt'), 'outside')
  running = await serve()
})

afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true, force: true })
})

const serve = (limits = {}) =>
  startServer({
    roots: [join(folder, 'project')],
    port: 0,
    host: '127.0.0.1',
    program: 'test',
    log: () => undefined,
    web: join(folder, 'web'),
    limits,
  })

const bearer = () => ({ authorization: `Bearer ${running.token}` })
const cookie = () => ({ cookie: `c360_${running.port}=${running.token}` })
const search = { method: 'POST', body: '{"text":"a"}' }
const json = { 'content-type': 'application/json' }

test('DNS rebinding: a name that is not the loopback is refused, whatever the token', async () => {
  for (const host of [
    `evil.example:${running.port}`,
    'evil.example',
    '127.0.0.1',
    `127.0.0.1.evil.example:${running.port}`,
  ]) {
    const answer = await raw(running.port, '/api/session', { headers: { ...bearer(), host } })
    expect([host, answer.status]).toEqual([host, 403])
  }
  for (const host of [`127.0.0.1:${running.port}`, `LOCALHOST:${running.port}`])
    expect((await raw(running.port, '/api/session', { headers: { ...bearer(), host } })).status).toBe(200)
})

test('cross-origin posts are refused even with the cookie; the own origin may write', async () => {
  const own = `http://127.0.0.1:${running.port}`
  const post = (headers: Record<string, string>) =>
    raw(running.port, '/api/search', { ...search, headers: { ...json, ...cookie(), ...headers } })
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${running.port + 1}` },
    { origin: `https://127.0.0.1:${running.port}` },
    { origin: `${own}.evil.example` },
    { origin: own, 'sec-fetch-site': 'cross-site' },
    { origin: own, 'sec-fetch-site': 'same-site' },
    {},
  ]
  for (const headers of foreign) expect([headers, (await post(headers)).status]).toEqual([headers, 403])
  // Past the guard: there is no project in the folder.
  expect((await post({ origin: own, 'sec-fetch-site': 'same-origin' })).status).not.toBe(403)
})

test('another site can neither read the API nor embed the app', async () => {
  const read = await raw(running.port, '/api/session', {
    headers: { ...cookie(), 'sec-fetch-site': 'cross-site' },
  })
  expect(read.status).toBe(403)
  const page = await raw(running.port, '/', { headers: cookie() })
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(page.headers['cross-origin-resource-policy']).toBe('same-origin')
  expect(page.headers['access-control-allow-origin']).toBeUndefined()
})

test('the token in the address becomes a cookie no script can read, and leaves the address', async () => {
  const answer = await raw(running.port, `/customers?token=${running.token}&n=10`)
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/customers?n=10')
  expect(answer.headers['referrer-policy']).toBe('no-referrer')
  const [set = ''] = answer.headers['set-cookie'] ?? []
  expect(set).toContain('HttpOnly')
  expect(set).toContain('SameSite=Strict')
  expect((await raw(running.port, '/', { headers: { cookie: set.split(';')[0] ?? '' } })).text).toContain(
    'app',
  )
  const elsewhere = await raw(running.port, `//evil.example/?token=${running.token}`)
  expect(elsewhere.headers.location ?? '').not.toMatch(/^(https?:)?\/\//)
})

test('without the token nothing is shown but that the server lives', async () => {
  expect((await raw(running.port, '/healthz')).text).toBe('ok\n')
  for (const path of ['/', '/assets/a-1234.js', '/metrics', '/api/session', '/api/openapi.json', '/api/docs'])
    expect([path, (await raw(running.port, path)).status]).toEqual([path, 401])
  const page = await raw(running.port, '/', { headers: { accept: 'text/html' } })
  expect([page.status, page.text.includes('c360 serve')]).toEqual([401, true])
})

test('token guessing is slowed, then refused; the right token still passes', async () => {
  await using server = await closing()
  const guess = (token: string) =>
    raw(server.port, '/api/session', { headers: { authorization: `Bearer ${token}` } })
  const started = performance.now()
  const first = await guess('wrong')
  expect([first.status, performance.now() - started > 200]).toEqual([401, true])
  const last = server.token.at(-1)
  const wrong = [...'abcdefghijk']
    .filter((letter) => letter !== last)
    .map((letter) => server.token.slice(0, -1) + letter)
  const more = await Promise.all([...wrong, ...wrong, ...wrong].map(guess))
  expect(more.filter(({ status }) => status === 429).length).toBeGreaterThan(5)
  expect(more.every(({ status, text }) => status !== 200 && !text.includes(server.token))).toBe(true)
  expect((await guess(server.token)).status).toBe(200)
})

test('no path leads out of the web app', async () => {
  const paths = [
    '/../secret.txt',
    '/../../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%5c%2e%2e%5csecret.txt',
    '/..\\secret.txt',
    '/secret.txt',
    '//secret.txt',
    '/assets/a-1234.js%00.txt',
    `/${folder}/secret.txt`,
  ]
  for (const path of paths) {
    const { status, text } = await raw(running.port, path, { headers: bearer() })
    expect([path, status === 200 && !text.includes('<title>app')]).toEqual([path, false])
    expect(text).not.toContain('outside')
  }
  const asset = await raw(running.port, '/assets/a-1234.js', { headers: bearer() })
  expect([asset.text, asset.headers['cache-control']]).toEqual([
    'console.log(1)',
    'public, max-age=31536000, immutable',
  ])
  expect((await raw(running.port, '/sales', { headers: bearer() })).text).toContain('<title>app')
})

test('oversized requests are refused: by their length, by what comes, by their headers', async () => {
  const host = `Host: 127.0.0.1:${running.port}\r\nAuthorization: Bearer ${running.token}\r\nContent-Type: application/json`
  // The length alone is enough: nothing of the body is waited for.
  const told = await trickle(
    running.port,
    `POST /api/search HTTP/1.1\r\n${host}\r\nContent-Length: 9000000\r\n\r\n{`,
  )
  expect(told.text).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"TOO_LARGE"/)
  expect(told.text).toMatch(/^connection: close\r$/im)
  const chunk = `${(100_000).toString(16)}\r\n${'x'.repeat(100_000)}\r\n`
  const chunked = await trickle(
    running.port,
    `POST /api/search HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(11)}`,
  )
  expect(chunked.text).toContain('413')
  const header = await raw(running.port, '/', { headers: { ...bearer(), 'x-much': 'x'.repeat(20_000) } })
  expect(header.status).toBe(431)
})

test('a client that sends slowly is let go', async () => {
  await using server = await closing({ headersMs: 300, requestMs: 600 })
  const host = `Host: 127.0.0.1:${server.port}`
  const [headers, body] = await Promise.all([
    trickle(server.port, `GET / HTTP/1.1\r\n${host}\r\nX-Slow: `),
    trickle(
      server.port,
      `POST /api/search HTTP/1.1\r\n${host}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ),
  ])
  expect(headers.text).toContain('408')
  expect(body.text).toContain('408')
  expect(Math.max(headers.ms, body.ms)).toBeLessThan(10_000)
})

test('a host that is not the loopback does not start, and says why', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.org'])
    await expect(
      startServer({ roots: [folder], port: 0, host, program: 'test', log: () => undefined }),
    ).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('ssh -L') })
})

test('a port that is taken is said to be', async () => {
  await expect(
    startServer({
      roots: [folder],
      port: running.port,
      host: '127.0.0.1',
      program: 'test',
      log: () => undefined,
    }),
  ).rejects.toMatchObject({ code: 'USAGE', message: `Port ${running.port} is taken.` })
})

test('the docs page and the document load nothing from elsewhere', async () => {
  const page = await raw(running.port, '/api/docs', { headers: bearer() })
  expect(page.text).not.toMatch(/<script|https?:\/\//)
  expect(page.text).toContain('POST /api/query')
  const document = JSON.parse((await raw(running.port, '/api/openapi.json', { headers: bearer() })).text)
  expect(document.openapi).toBe('3.1.0')
  for (const path of ['/api/query', '/api/customers/{id}/reveal', '/api/export', '/api/runs', '/api/sql'])
    expect(Object.keys(document.paths)).toContain(path)
})

async function closing(limits = {}): Promise<Running & AsyncDisposable> {
  const server = await serve(limits)
  return { ...server, [Symbol.asyncDispose]: () => server.close() }
}
