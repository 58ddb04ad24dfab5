import { createRoute } from '@hono/zod-openapi'
import { api, ok, type ServerContext } from '../context.ts'
import { quality } from '../schemas/data.ts'
import { qualityOf } from '../trust/quality.ts'

const show = createRoute({
  method: 'get',
  path: '/quality',
  summary: 'Certificates, checks, accounts of the sources and freshness',
  responses: ok(quality, 'Of the published version; empty before the first run'),
})

/** What the published version promises and whether it holds. */
export const qualityRoutes = (_server: ServerContext) =>
  api().openapi(show, async (c) => {
    const { scope } = c.var
    scope.permit('read')
    const { project } = await scope.project().prepared()
    return c.json(qualityOf(project, await scope.project().manifest(), Date.now()), 200)
  })
