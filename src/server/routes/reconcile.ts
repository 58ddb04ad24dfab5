import { createRoute, z } from '@hono/zod-openapi'
import { api, body, ok, type ServerContext } from '../context.ts'
import { legacyFiles as listed, reconcileResponse } from '../schemas/data.ts'
import { legacyFiles, reconciled } from '../trust/legacy.ts'

const list = createRoute({
  method: 'get',
  path: '/legacy',
  summary: 'Views of the folder `legacy`',
  responses: ok(listed, 'Files, by name'),
})

const compare = createRoute({
  method: 'post',
  path: '/reconcile',
  summary: 'A legacy view against the certified model',
  description: 'May take a while; closing the connection cancels it. Remembered per version.',
  request: body(z.strictObject({ file: z.string().max(300) })),
  responses: ok(reconcileResponse, 'Differences, and why'),
})

/** Legacy views beside certified models. */
export const reconcileRoutes = (_server: ServerContext) =>
  api()
    .openapi(list, async (c) => {
      const { scope } = c.var
      scope.permit('read')
      return c.json({ files: await legacyFiles(scope.project().root) }, 200)
    })
    .openapi(compare, async (c) => {
      const { scope } = c.var
      scope.permit('read')
      scope.project().requireSilver('Silver, which legacy views are reconciled with,')
      return c.json(await reconciled(scope.project(), c.req.valid('json').file, scope.signal), 200)
    })
