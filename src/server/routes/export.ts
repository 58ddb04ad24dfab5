import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createRoute } from '@hono/zod-openapi'
import { C360Error, fromSystemError } from '../../errors.ts'
import { api, body, type Scope, type ServerContext } from '../context.ts'
import { type About, writeCsv, writeParquet, writeXlsx } from '../export/export-file.ts'
import { type ExportRequest, type ExportSource, exportSource } from '../export/export-source.ts'
import type { Lease } from '../reading/snapshot.ts'
import { versionFacts } from '../reading/version-facts.ts'
import { exportRequest } from '../schemas/data.ts'

const TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
} as const

const writers = { csv: writeCsv, xlsx: writeXlsx, parquet: writeParquet } as const

const file = (description: string) => ({
  description,
  content: Object.fromEntries(
    Object.values(TYPES).map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]),
  ),
})

const route = createRoute({
  method: 'post',
  path: '/export',
  summary: 'An answer, a table or an audience as a file; audited',
  request: body(exportRequest),
  responses: { 200: file('The file; its name says title, as-of day and version') },
})

export const exportRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const { scope } = c.var
    const asked = c.req.valid('json')
    scope.permit('export')
    if (asked.reveal) scope.permit('reveal')
    if (asked.what.kind !== 'query') await scope.project().requireHere('An export of whole tables')
    return server.exports.run(scope.signal, () => exported(server, scope, asked))
  })

/**
 * The file is whole before its first byte is sent: what fails on the way is told, and never a shorter file. It has no name any more
 * when it is sent, so that it goes with the request, however that ends.
 */
async function exported(server: ServerContext, scope: Scope, asked: ExportRequest): Promise<Response> {
  await using lease = await scope.project().lease(asked.version)
  const source = await exportSource({ server, scope, lease }, asked)
  await scope.audit({
    action: 'export',
    subject: source.subject,
    rows: source.rows,
    version: lease.version,
    reveal: asked.reveal ?? false,
    detail: { format: asked.format },
  })
  const { asOf } = await versionFacts(lease, server.closing)
  const path = join(await scratchOf(scope), `${randomUUID()}.${asked.format}`)
  try {
    await writers[asked.format]({
      path,
      source,
      about: aboutOf(asked, source, lease, asOf),
      database: source.sql === undefined ? '' : lease.database,
      signal: scope.signal,
    })
    const { size } = await stat(path)
    const handle = await open(path)
    return new Response(Readable.toWeb(handle.createReadStream()) as ReadableStream, {
      headers: {
        'Content-Type': TYPES[asked.format],
        'Content-Length': String(size),
        'Content-Disposition': `attachment; filename="${fileName(asked, lease, asOf)}"`,
      },
    })
  } catch (error) {
    if (scope.signal.aborted) throw new C360Error('CANCELLED', 'Cancelled.', { cause: error })
    throw fromSystemError(error, 'writing the export')
  } finally {
    await rm(path, { force: true })
  }
}

async function scratchOf(scope: Scope): Promise<string> {
  const folder = join(scope.project().root, '.c360', 'exports')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

function aboutOf(
  { title, filters = 'none', reveal }: ExportRequest,
  { rows, isMasked }: ExportSource,
  { version, manifest }: Lease,
  asOf: string | null,
): About {
  return {
    Title: title,
    Filters: filters,
    'As of': asOf ?? 'unknown',
    Version: String(version),
    Published: manifest.createdAt,
    Rows: String(rows),
    Contacts: reveal ? 'in clear' : isMasked ? 'masked' : 'none',
  }
}

/** A CSV file has no place but its name for what it is. Filters on people stay out of names. */
function fileName(
  { title, filters, format, what }: ExportRequest,
  { version }: Lease,
  asOf: string | null,
): string {
  const named = what.kind === 'customers' ? [title] : [title, filters ?? '']
  const words = named.map(slug).filter((word) => word !== '')
  const parts = [...(words.length > 0 ? words : ['export']), asOf ?? '', `v${version}`]
  return `${parts.filter((part) => part !== '').join('_')}.${format}`
}

const slug = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '')
