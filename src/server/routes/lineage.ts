import { createRoute } from '@hono/zod-openapi'
import { api, ok, type ServerContext } from '../context.ts'
import { lineageGraph } from '../schemas/data.ts'
import { graphOf } from '../trust/lineage-graph.ts'

const show = createRoute({
  method: 'get',
  path: '/lineage',
  summary: 'The tables as a graph',
  responses: ok(lineageGraph, 'Files, silver, conformed, rules and gold, and what reads what'),
})

/** The graph of tables. */
export const lineageRoutes = (_server: ServerContext) =>
  api().openapi(show, async (c) => {
    const { scope } = c.var
    scope.permit('read')
    const prepared = await scope.project().prepared()
    return c.json(graphOf(prepared, await scope.project().manifest()), 200)
  })
