import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { C360Error } from '../../errors.ts'
import { api } from '../context.ts'

/** The files of the web app, listed once at the start: a path that is not in the list cannot be read, whatever it spells. */
export interface StaticFiles {
  readonly root: string
  /** URL path -> size in bytes. */
  readonly sizes: ReadonlyMap<string, number>
}

export async function listStatic(root: string): Promise<StaticFiles> {
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = new Map<string, number>()
  for (const entry of names) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    sizes.set(`/${path.slice(root.length + 1).replaceAll('\\', '/')}`, (await stat(path)).size)
  }
  return { root, sizes }
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

/** A page's own address answers the app, which shows the page; a file that is not there is NOT_FOUND. */
export const staticRoutes = (files: StaticFiles) =>
  api().get('*', (c) => {
    const { path } = c.req
    if (path.startsWith('/api/') || path === '/api')
      throw new C360Error('NOT_FOUND', 'There is no such address.', { hint: 'See /api/docs.' })
    if (files.sizes.has(path) && path !== '/index.html') return file(files, path)
    if (extname(path) !== '' && path !== '/index.html')
      throw new C360Error('NOT_FOUND', 'There is no such file.', { hint: 'Load the page again.' })
    if (!files.sizes.has('/index.html'))
      throw new C360Error('NOT_FOUND', 'The web app was not built.', {
        hint: 'Build it with `npm run build`.',
      })
    return file(files, '/index.html')
  })

/** Built assets have a hash in their names and never change; everything else is asked for again. */
function file({ root, sizes }: StaticFiles, path: string): Response {
  const immutable = path.startsWith('/assets/')
  return new Response(Readable.toWeb(createReadStream(join(root, path))) as ReadableStream, {
    headers: {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Length': String(sizes.get(path)),
      'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}
