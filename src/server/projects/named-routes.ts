import { join } from 'node:path'
import { createRoute, z } from '@hono/zod-openapi'
import { C360Error } from '../../errors.ts'
import { api, body, ok, type Scope } from '../context.ts'
import { NAME, NamedFiles } from './named-files.ts'

/** A kind of thing that a project keeps as named files, and how it is spoken of. */
export interface NamedKind {
  readonly schema: z.ZodType<{ readonly name: string }>
  /** Of its addresses: `saved-views`. */
  readonly path: string
  /** Of the project, with the files in it: `views`. */
  readonly folder: string
  /** `saved view`; the audit says it too. */
  readonly one: string
  /** `Saved views`. */
  readonly many: string
  /** What the list is called in its answer: `savedViews`. */
  readonly field: string
}

const params = z.object({ name: z.string().regex(NAME) })

/** List, one, save and remove. The last two are for whoever may change the project, and in the audit. */
export function namedRoutes(kind: NamedKind) {
  const routes = described(kind)
  const files = (scope: Scope) => new NamedFiles(join(scope.project().root, kind.folder), kind.schema)
  const audit = (scope: Scope, name: string, change: 'saved' | 'removed') =>
    scope.audit({ action: 'audience', subject: name, detail: { kind: kind.one, change } })
  return api()
    .openapi(routes.list, async (c) => {
      const { items, unreadable } = await files(c.var.scope).list()
      return c.json({ [kind.field]: items, unreadable }, 200)
    })
    .openapi(routes.one, async (c) => c.json(await files(c.var.scope).one(c.req.valid('param').name), 200))
    .openapi(routes.put, async (c) => {
      const { scope } = c.var
      scope.permit('write_project')
      const { name } = c.req.valid('param')
      const item = c.req.valid('json')
      if (item.name !== name)
        throw new C360Error('USAGE', 'The name in the address and that in the body differ.', {
          hint: 'Send the same name twice.',
        })
      await files(scope).write(item)
      await audit(scope, name, 'saved')
      return c.json(item, 200)
    })
    .openapi(routes.remove, async (c) => {
      const { scope } = c.var
      scope.permit('write_project')
      const { name } = c.req.valid('param')
      await files(scope).remove(name)
      await audit(scope, name, 'removed')
      return c.json({ removed: name }, 200)
    })
}

function described({ schema, path, folder, one, many, field }: NamedKind) {
  const listed = z.object({ [field]: z.array(schema), unreadable: z.number() })
  return {
    list: createRoute({
      method: 'get',
      path: `/${path}`,
      summary: `${many} of the project`,
      responses: ok(listed, `${many} by name, and how many files could not be read`),
    }),
    one: createRoute({
      method: 'get',
      path: `/${path}/{name}`,
      summary: `One ${one}`,
      request: { params },
      responses: ok(schema, `The ${one}`),
    }),
    put: createRoute({
      method: 'put',
      path: `/${path}/{name}`,
      summary: `Save the ${one}: \`${folder}/<name>.yaml\` in the project`,
      request: { params, ...body(schema) },
      responses: ok(schema, 'As it was saved'),
    }),
    remove: createRoute({
      method: 'delete',
      path: `/${path}/{name}`,
      summary: `Remove the ${one}`,
      request: { params },
      responses: ok(z.object({ removed: z.string() }), 'Its name'),
    }),
  }
}
