import { createRoute } from '@hono/zod-openapi'
import { api, body, ok, type ServerContext } from '../context.ts'
import { sqlRequest, sqlResponse } from '../schemas/data.ts'
import { askSql } from '../sql/sql-service.ts'

const ROWS = 1000

const ask = createRoute({
  method: 'post',
  path: '/sql',
  summary: 'One SELECT over silver and gold',
  description:
    'Runs in a sandbox over the published version: read-only, 30 seconds, 1 GB, at most 10 000 rows. Contacts are masked unless `reveal` is true, which is audited.',
  request: body(sqlRequest),
  responses: ok(sqlResponse, 'The rows'),
})

/** Read-only SQL. */
export const sqlRoutes = (_server: ServerContext) =>
  api().openapi(ask, async (c) => {
    const { scope } = c.var
    scope.permit('sql')
    const { sql, limit = ROWS, plan = false, reveal = false, version: asked } = c.req.valid('json')
    if (reveal) scope.permit('reveal')
    const hosted = scope.project()
    await hosted.requireHere('SQL')
    await using lease = await hosted.lease(asked)
    const { version } = lease
    // Written first as well: what is read before the line is there would be read unseen.
    if (reveal) await scope.audit({ action: 'sql', version, reveal, detail: { asked: true } })
    const {
      table,
      truncated,
      milliseconds,
      plan: shown,
      tables,
    } = await askSql(hosted, lease, { sql, limit, plan, reveal }, scope.signal)
    await scope.audit({ action: 'sql', subject: tables.join(', '), rows: table.rows.length, version, reveal })
    return c.json(
      { version, table, truncated, milliseconds, ...(shown === undefined ? {} : { plan: shown }) },
      200,
    )
  })
