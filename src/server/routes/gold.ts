import { createRoute, z } from '@hono/zod-openapi'
import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { api, ok, type Scope, type ServerContext } from '../context.ts'
import { orderBy, shownTable } from '../reading/gold-table.ts'
import { reading } from '../reading/reading.ts'
import type { Lease } from '../reading/snapshot.ts'
import { tableFrom } from '../reading/tables.ts'
import { goldTable } from '../schemas/data.ts'

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

const asked = z.object({
  offset: whole(0, 100_000_000).optional(),
  limit: whole(1, 1000).optional(),
  order: z.string().max(80).optional(),
  descending: z.enum(['true', 'false']).optional(),
  version: whole(1, Number.MAX_SAFE_INTEGER).optional(),
})

const route = createRoute({
  method: 'get',
  path: '/gold/{table}',
  summary: 'A table or certified view of gold, page by page',
  request: { params: z.object({ table: z.string().max(80) }), query: asked },
  responses: ok(goldTable, 'Rows of the table; contacts are masked'),
})

export const goldRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const query = c.req.valid('query')
    const { table } = c.req.valid('param')
    const answer = await reading(server, c.var.scope, query.version, (lease) =>
      page(lease, c.var.scope, table, query),
    )
    return c.json(answer, 200)
  })

async function page(lease: Lease, scope: Scope, name: string, query: z.infer<typeof asked>) {
  const { signal } = scope
  const prepared = await scope.project().prepared()
  const contacts = await scope.project().contacts()
  const shown = await shownTable(lease, prepared, contacts, name, { reveal: false, signal })
  const order = orderBy(shown, contacts, query.order, query.descending === 'true')
  // Ordered by the values themselves, and masked once it is the page.
  const rows = `select * from gold.${d.ident(name)} t${order} limit ${query.limit ?? 100} offset ${query.offset ?? 0}`
  const masked = lease.over(rows, (from) => `select ${shown.list} from ${from} t${order}`, signal)
  const known = lease.manifest.models[name]
  return {
    version: lease.version,
    name,
    description: shown.description,
    grain: [...shown.grain],
    certified: known?.certificate.certified ?? false,
    total: known?.rows ?? 0,
    table: await tableFrom(masked, shown.notes),
  }
}
