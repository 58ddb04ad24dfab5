import { createRoute } from '@hono/zod-openapi'
import { api, body, ok, type ServerContext } from '../context.ts'
import { searchCustomers } from '../people/search.ts'
import { reading } from '../reading/reading.ts'
import { searchRequest, searchResponse } from '../schemas/people.ts'

const MOST = 20

const route = createRoute({
  method: 'post',
  path: '/search',
  summary: 'Customers by name, e-mail, phone or id',
  description: 'The text is personal: it is sent in the body, and neither logged nor audited.',
  request: body(searchRequest),
  responses: ok(searchResponse, 'The best matches first; contacts are masked'),
})

export const searchRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const { scope } = c.var
    scope.permit('read_personal')
    const { text, limit = MOST } = c.req.valid('json')
    await scope.project().requireHere('Search by name')
    const contacts = await scope.project().contacts()
    const answer = await reading(server, scope, undefined, async (lease) => ({
      version: lease.version,
      customers: await searchCustomers(lease, contacts, text, limit, {
        request: scope.signal,
        closing: server.closing,
      }),
    }))
    return c.json(answer, 200)
  })
