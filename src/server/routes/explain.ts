import { createRoute } from '@hono/zod-openapi'
import { C360Error } from '../../errors.ts'
import type { Filters } from '../../semantic/types.ts'
import { api, body, ok, type ServerContext } from '../context.ts'
import { explainRequest, explainResponse } from '../schemas/data.ts'
import { query as querySchema } from '../schemas/query.ts'
import { type Explained, explainFigure, explainTable } from '../trust/explain.ts'

const ROWS = 20

const explain = createRoute({
  method: 'post',
  path: '/explain',
  summary: 'Where a figure comes from, down to file and row',
  description:
    'Either `query` and `measure` (the values of its groups as filters), or `table` and `where` for rows of a gold table. Contacts are masked unless `reveal`, which is audited.',
  request: body(explainRequest),
  responses: ok(explainResponse, 'The SQL, the value and the rows behind it'),
})

/** Figures explain themselves. */
export const explainRoutes = (server: ServerContext) =>
  api().openapi(explain, async (c) => {
    const { scope } = c.var
    const { table, where = {}, limit = ROWS, reveal = false, measure, query, version } = c.req.valid('json')
    scope.permit(reveal ? 'reveal' : 'read')
    const hosted = scope.project()
    const { signal } = scope
    const explained = await server.queries.run(signal, async (): Promise<Explained> => {
      if (table !== undefined) {
        hosted.requireSilver('Where rows come from')
        return explainTable(hosted, { table, where, limit, reveal }, signal)
      }
      const { name, filters } = measureOf(query, measure)
      await using lease = await hosted.lease(version)
      const asking = { signal, closing: server.closing, metrics: server.metrics }
      return explainFigure(hosted, lease, { measure: name, filters, limit, reveal }, asking)
    })
    if (reveal)
      await scope.audit({
        action: 'reveal',
        subject: `explain ${explained.rows.relation}`,
        rows: explained.parts.reduce((sum, part) => sum + part.table.rows.length, 0),
        version: explained.version,
        reveal: true,
      })
    c.header('Cache-Control', 'no-store')
    return c.json(explained, 200)
  })

function measureOf(query: unknown, measure: string | undefined): { name: string; filters: Filters } {
  const parsed = querySchema.safeParse(query)
  const name = measure ?? parsed.data?.measures[0]
  if (!parsed.success || name === undefined)
    throw new C360Error('USAGE', 'Which figure?', {
      hint: 'Give `query` and `measure`, or `table` and `where`.',
    })
  return { name, filters: (parsed.data.filters ?? {}) as Filters }
}
