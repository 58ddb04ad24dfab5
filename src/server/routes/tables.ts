import { createRoute } from '@hono/zod-openapi'
import { api, ok, type ServerContext } from '../context.ts'
import { reading } from '../reading/reading.ts'
import { tablesResponse } from '../schemas/data.ts'
import { tableList } from '../sql/table-list.ts'

const list = createRoute({
  method: 'get',
  path: '/tables',
  summary: 'Tables of silver and gold, and ready-made checks of the data',
  responses: ok(tablesResponse, 'Of the published version'),
})

/** What SQL can ask. */
export const tablesRoutes = (server: ServerContext) =>
  api().openapi(list, async (c) => {
    const { scope } = c.var
    scope.permit('read')
    const hosted = scope.project()
    await hosted.requireHere('SQL')
    return c.json(await reading(server, scope, undefined, (lease) => tableList(hosted, lease)), 200)
  })
