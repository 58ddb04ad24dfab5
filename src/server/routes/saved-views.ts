import { join } from 'node:path'
import { createRoute, z } from '@hono/zod-openapi'
import { C360Error } from '../../errors.ts'
import { api, body, ok, type Scope, type ServerContext } from '../context.ts'
import { NAME, NamedFiles } from '../named-files.ts'
import { savedView } from '../schemas/people.ts'

const params = z.object({ name: z.string().regex(NAME) })
const listed = z.object({ savedViews: z.array(savedView), unreadable: z.number() })

const listRoute = createRoute({
  method: 'get',
  path: '/saved-views',
  summary: 'Saved views of the project',
  responses: ok(listed, 'Saved views by name, and how many files could not be read'),
})

const oneRoute = createRoute({
  method: 'get',
  path: '/saved-views/{name}',
  summary: 'One saved view',
  request: { params },
  responses: ok(savedView, 'The saved view'),
})

const putRoute = createRoute({
  method: 'put',
  path: '/saved-views/{name}',
  summary: 'Save a view: `views/<name>.yaml` in the project',
  request: { params, ...body(savedView) },
  responses: ok(savedView, 'As it was saved'),
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/saved-views/{name}',
  summary: 'Remove a view',
  request: { params },
  responses: ok(z.object({ removed: z.string() }), 'Its name'),
})

export const savedViewsRoutes = (_server: ServerContext) =>
  api()
    .openapi(listRoute, async (c) => {
      const { items, unreadable } = await files(c.var.scope).list()
      return c.json({ savedViews: items, unreadable }, 200)
    })
    .openapi(oneRoute, async (c) => c.json(await files(c.var.scope).one(c.req.valid('param').name), 200))
    .openapi(putRoute, async (c) => {
      const { scope } = c.var
      scope.permit('write_project')
      const { name } = c.req.valid('param')
      const item = c.req.valid('json')
      if (item.name !== name)
        throw new C360Error('USAGE', 'The name in the address and that in the body differ.', {
          hint: 'Send the same name twice.',
        })
      await files(scope).write(item)
      await scope.audit({
        action: 'audience',
        subject: name,
        detail: { kind: 'saved view', change: 'saved' },
      })
      return c.json(item, 200)
    })
    .openapi(deleteRoute, async (c) => {
      const { scope } = c.var
      scope.permit('write_project')
      const { name } = c.req.valid('param')
      await files(scope).remove(name)
      await scope.audit({
        action: 'audience',
        subject: name,
        detail: { kind: 'saved view', change: 'removed' },
      })
      return c.json({ removed: name }, 200)
    })

const files = (scope: Scope) => new NamedFiles(join(scope.project().root, 'views'), savedView)
