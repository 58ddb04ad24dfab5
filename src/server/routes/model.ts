import { createRoute } from '@hono/zod-openapi'
import { describe } from '../../semantic/catalogue.ts'
import { api, ok, type ServerContext } from '../context.ts'
import { semanticContext } from '../reading/answers.ts'
import { reading } from '../reading/reading.ts'
import { semanticModel } from '../schemas/query.ts'

const route = createRoute({
  method: 'get',
  path: '/model',
  summary: 'Measures and dimensions: what can be asked',
  responses: ok(semanticModel, 'Measures and dimensions, each with what the published version has data for'),
})

export const modelRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const model = await reading(server, c.var.scope, undefined, async (lease) => {
      const { measures, dimensions } = describe(await semanticContext(lease, server.closing))
      return { version: lease.version, measures: [...measures], dimensions: [...dimensions] }
    })
    return c.json(model, 200)
  })
