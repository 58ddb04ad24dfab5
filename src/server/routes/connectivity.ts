import { createRoute, z } from '@hono/zod-openapi'
import { api, body, ok, type ServerContext } from '../context.ts'
import { nextRefresh, readConnectivity, writeConnectivity } from '../runs/connectivity.ts'

const setting = z.strictObject({
  /** Five cron fields in the project's time zone; null = refreshed by hand. */
  schedule: z.string().max(100).nullable(),
  mode: z.enum(['import', 'direct']),
})

const route = createRoute({
  method: 'put',
  path: '/connectivity',
  summary: 'How pages get their data, and when it is refreshed',
  request: body(setting),
  responses: ok(setting.extend({ nextRefresh: z.string().nullable() }), 'The setting as it is now'),
})

export const connectivityRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const { scope } = c.var
    scope.permit('write_project')
    const hosted = scope.project()
    const { project } = await hosted.prepared()
    await writeConnectivity(hosted.root, c.req.valid('json'))
    await server.schedules.apply(hosted)
    const now = await readConnectivity(hosted.root)
    return c.json({ ...now, nextRefresh: nextRefresh(now, project.timeZone) }, 200)
  })
