import { createRoute, z } from '@hono/zod-openapi'
import { C360Error } from '../../errors.ts'
import { api, body, ok, type ServerContext } from '../context.ts'
import { nextRefresh, writeConnectivity } from '../runs/connectivity.ts'

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

const fixed = (): C360Error =>
  new C360Error('CONFLICT', 'The schedule was given on the command line of the server.', {
    hint: 'Start `c360 serve` without --schedule to choose it here.',
  })

const fixedMode = (): C360Error =>
  new C360Error('CONFLICT', 'Where pages get their data was given on the command line of the server.', {
    hint: 'Start `c360 serve` without --import or --direct to choose it here.',
  })

export const connectivityRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const { scope } = c.var
    scope.permit('write_project')
    const hosted = scope.project()
    const { project } = await hosted.prepared()
    if (server.schedules.isFixed) throw fixed()
    const wanted = c.req.valid('json')
    if (!hosted.modes.includes(wanted.mode) && hosted.target !== undefined) throw fixedMode()
    await writeConnectivity(hosted.root, wanted, hosted.target)
    await server.schedules.apply(hosted)
    const now = await server.schedules.connectivity(hosted)
    return c.json({ ...now, nextRefresh: nextRefresh(now, project.timeZone) }, 200)
  })
