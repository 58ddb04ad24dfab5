import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partsOf } from '../../src/server/setup/multipart.ts'
import { receiveUpload, safeName } from '../../src/server/setup/uploads.ts'
import { type Api, leftBehind, serve } from './data-support.ts'

// The reference's own files, as they came.
const retail = join(import.meta.dirname, '../../../shared/data/retail')

let api: Api
let outside: string

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'c360-setup-'))
  outside = await mkdtemp(join(tmpdir(), 'c360-outside-'))
  await writeFile(join(outside, 'secret.csv'), 'CustomerID,Email\n1,canaryqx7@example.com\n')
  await symlink(outside, join(root, 'link'))
  await mkdir(join(root, 'empty'))
  api = await serve(root)
})
afterAll(async () => {
  await api.close()
  await rm(outside, { recursive: true, force: true })
})

const form = (files: Readonly<Record<string, string | Uint8Array>>): FormData => {
  const data = new FormData()
  data.append('note', 'a field that is no file')
  for (const [name, content] of Object.entries(files))
    data.append('files', new Blob([content as Uint8Array<ArrayBuffer>]), name)
  return data
}

test('a folder without a project needs setup', async () => {
  expect((await api.get('/api/session')).body.needs).toBe('setup')
})

test.each([
  ['/etc', 'FORBIDDEN'],
  ['../..', 'FORBIDDEN'],
  ['link', 'FORBIDDEN'],
  ['link/../link', 'FORBIDDEN'],
  ['nowhere', 'NOT_FOUND'],
  ['empty', 'USAGE'],
])('the folder %s is %s, and nothing of it is told', async (path, code) => {
  const { body, text } = await api.post('/api/setup/inspect', { path })
  expect(body.code).toBe(code)
  expect(text).not.toContain('secret')
})

test.each(['../../x', 'nothing', '0123456789abcdef01234567'])(
  'the upload %s is not there',
  async (upload) => {
    expect((await api.post('/api/setup/inspect', { upload })).status).toBe(404)
    expect(
      (
        await api.call(
          'POST',
          `/api/setup/upload?upload=${encodeURIComponent(upload)}`,
          form({ 'a.csv': 'x' }),
        )
      ).status,
    ).toBe(404)
  },
)

test('uploaded files become a project whose figures are the reference’s', async () => {
  const names = (await readdir(retail)).filter((name) => name.endsWith('.csv'))
  const [first = '', ...others] = names
  const read = async (name: string) => [`../../../${name}`, await readFile(join(retail, name))] as const
  const sent = await api.call('POST', '/api/setup/upload', form(Object.fromEntries([await read(first)])))
  const { upload } = sent.body
  const rest = await Promise.all(others.map(read))
  const all = await api.call('POST', `/api/setup/upload?upload=${upload}`, form(Object.fromEntries(rest)))
  expect(all.body.files.map(({ name }: { name: string }) => name)).toEqual(names)

  const looked = (await api.post('/api/setup/inspect', { upload })).body
  expect(looked.tables).toHaveLength(9)
  expect(looked.tables.every(({ entity }: { entity: string | null }) => entity !== null)).toBe(true)
  expect(looked.questions.map(({ id }: { id: string }) => id)).toEqual([
    'counted_statuses',
    'time_zone',
    'currency',
  ])

  const wrong = await api.post('/api/setup/create', {
    upload,
    answers: { currency: 'XXQ', time_zone: 'Nowhere' },
  })
  expect(wrong.body.problems).toHaveLength(2)
  const answers = { counted_statuses: 'all', time_zone: 'Europe/London', currency: 'gbp' }
  const made = await api.post('/api/setup/create', { upload, name: 'The: "shop"', answers })
  expect(made.body.runId).toMatch(/^\d{8}T/)
  expect((await api.follow(made.body.runId)).state).toBe('published')

  const session = (await api.get('/api/session')).body
  expect(session).toMatchObject({
    needs: 'nothing',
    name: 'The: "shop"',
    currency: 'GBP',
    timeZone: 'Europe/London',
  })
  const { rows } = (
    await api.post('/api/sql', {
      sql: 'select channel, average_order_value from average_order_value_by_channel order by 1',
    })
  ).body.table
  expect(rows).toEqual([
    ['all', 109.22],
    ['in_store', 104.88],
    ['online', 113.56],
  ])
  expect(await readdir(join(api.root, 'landing'))).toEqual(names)
  expect(await leftBehind(api.root)).toContain('"action":"setup"')
})

test('a second project is not made over the first', async () => {
  const { body } = await api.call('POST', '/api/setup/upload', form({ 'a.csv': 'ID,Name\n1,x\n' }))
  expect((await api.post('/api/setup/create', { upload: body.upload })).body.code).toBe('CONFLICT')
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['/absolute.csv', 'absolute.csv'],
  ['..', 'file'],
  ['.hidden', 'hidden'],
  ['', 'file'],
  ['a\u0000b\u202e.csv', 'a_b_.csv'],
  ['con.csv', '_con.csv'],
  ['Umsätze März.csv', 'Umsätze März.csv'],
  [`${'x'.repeat(300)}.csv`, `${'x'.repeat(116)}.csv`],
])('the name %j becomes %j', (given, kept) => {
  expect(safeName(given)).toBe(kept)
})

test('a form is read the same wherever the network cuts it', async () => {
  const boundary = '--x'
  const parts = ['first\r\n--\r\n----', '', '\r\n----\r\n', 'last\r\n']
  const text = `preamble\r\n${parts.map((part, i) => `----x\r\nContent-Disposition: form-data; name="f"; filename="${i}"\r\nContent-Type: text/csv\r\n\r\n${part}\r\n`).join('')}----x--\r\nepilogue`
  for (const size of [1, 2, 3, 7, 64, text.length]) {
    const pieces = async function* () {
      for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size))
    }
    const read: [string, string][] = []
    for await (const { filename, content } of partsOf(pieces(), boundary)) {
      const bytes: Buffer[] = []
      for await (const piece of content) bytes.push(piece)
      read.push([filename, Buffer.concat(bytes).toString()])
    }
    expect(read).toEqual(parts.map((part, i) => [String(i), part]))
  }
})

test('too much, too many, or cut off: refused, and no part of a file stays', async () => {
  const limits = { bytes: 1000, files: 2 }
  const send = (data: FormData) => {
    const request = new Request('http://x', { method: 'POST', body: data })
    const contentType = request.headers.get('content-type') ?? undefined
    return receiveUpload(
      outside,
      { contentType, body: request.body },
      { limits, signal: new AbortController().signal },
    )
  }
  await expect(send(form({ 'a.csv': 'x'.repeat(2000) }))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  await expect(send(form({ a: '1', b: '2', c: '3' }))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  const cut = new Blob([
    '--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nhalf',
  ]).stream()
  const request = { contentType: 'multipart/form-data; boundary=b', body: cut }
  await expect(
    receiveUpload(outside, request, { limits, signal: new AbortController().signal }),
  ).rejects.toMatchObject({ code: 'USAGE' })
  const left = await readdir(join(outside, '.c360-uploads'), { recursive: true })
  expect(left.filter((name) => name.endsWith('.part'))).toEqual([])
  expect(
    (await api.call('POST', '/api/setup/upload', '{}', { headers: { 'content-type': 'application/json' } }))
      .status,
  ).toBe(400)
})
