import { createRoute, z } from '@hono/zod-openapi'
import { api, body, ok, type Scope, type ServerContext } from '../context.ts'
import { subjectHash } from '../guard/audit.ts'
import { customerColumnsOf, customersOf } from '../people/customers.ts'
import { profileOf, type Reading, revealedContacts } from '../people/profile.ts'
import { profileReader } from '../people/profile-reader.ts'
import { KINDS, timelineOf } from '../people/timeline.ts'
import { reading } from '../reading/reading.ts'
import type { Lease } from '../reading/snapshot.ts'
import {
  customerColumns,
  customersRequest,
  customersResponse,
  profile,
  revealed,
  timelineResponse,
} from '../schemas/people.ts'

const params = z.object({ id: z.string().min(1).max(200) })

const listRoute = createRoute({
  method: 'post',
  path: '/customers',
  summary: 'Customers that meet conditions, page by page',
  description: 'Conditions may be personal: they are sent in the body, and neither logged nor audited.',
  request: body(customersRequest),
  responses: ok(customersResponse, 'A page of them, and what all of them come to; contacts are masked'),
})

const columnsRoute = createRoute({
  method: 'get',
  path: '/customers/columns',
  summary: 'Columns that conditions may use',
  responses: ok(customerColumns, 'Columns of customer_360'),
})

const profileRoute = createRoute({
  method: 'get',
  path: '/customers/{id}',
  summary: 'One customer; audited',
  request: { params },
  responses: ok(profile, 'The profile; contacts are masked'),
})

const timelineRoute = createRoute({
  method: 'get',
  path: '/customers/{id}/timeline',
  summary: 'What happened to a customer, newest first',
  request: {
    params,
    query: z.object({
      /** Of `online, in_store, other_sale, support, web, loyalty`, joined by commas; absent = all. */
      kinds: z.string().max(80).optional(),
      before: z.string().max(60).optional(),
      limit: z.coerce.number().int().min(1).max(200).optional(),
    }),
  },
  responses: ok(timelineResponse, 'A page of the timeline'),
})

const revealRoute = createRoute({
  method: 'post',
  path: '/customers/{id}/reveal',
  summary: "A customer's contacts in clear; audited",
  request: { params },
  responses: ok(revealed, 'The contacts'),
})

export const customersRoutes = (server: ServerContext) =>
  api()
    .openapi(listRoute, async (c) => {
      const { scope } = c.var
      scope.permit('read_personal')
      const asked = c.req.valid('json')
      const list = await reading(server, scope, asked.version, async (lease) =>
        customersOf({ lease, ...(await known(scope)), signal: scope.signal }, asked),
      )
      return c.json(list, 200)
    })
    .openapi(columnsRoute, async (c) => {
      const { scope } = c.var
      const columns = await reading(server, scope, undefined, async (lease) =>
        customerColumnsOf({ lease, ...(await known(scope)), signal: server.closing }),
      )
      return c.json(columns, 200)
    })
    .openapi(profileRoute, async (c) => {
      const { scope } = c.var
      scope.permit('read_personal')
      const { id } = c.req.valid('param')
      const answer = await reading(server, scope, undefined, async (lease) => {
        const found = await profileOf(await profileReading(server, scope, lease, id), id)
        await auditCustomer(scope, 'profile', id, lease.version)
        return { version: lease.version, customerId: id, ...found }
      })
      return c.json(answer, 200)
    })
    .openapi(timelineRoute, async (c) => {
      const { scope } = c.var
      scope.permit('read_personal')
      const { id } = c.req.valid('param')
      const { kinds = '', before, limit = 50 } = c.req.valid('query')
      const named = kinds.split(',')
      const paging = {
        kinds: KINDS.filter((kind) => named.includes(kind)),
        limit,
        ...(before === undefined ? {} : { before }),
      }
      const page = await reading(server, scope, undefined, async (lease) => {
        const { reader } = await profileReading(server, scope, lease, id)
        return { version: lease.version, ...(await timelineOf(reader, id, paging, scope.signal)) }
      })
      return c.json(page, 200)
    })
    .openapi(revealRoute, async (c) => {
      const { scope } = c.var
      scope.permit('reveal')
      const { id } = c.req.valid('param')
      const contacts = await reading(server, scope, undefined, async (lease) => {
        const found = await revealedContacts(await profileReading(server, scope, lease, id), id)
        await auditCustomer(scope, 'reveal', id, lease.version)
        return found
      })
      return c.json({ contacts }, 200)
    })

const known = async (scope: Scope) => ({
  prepared: await scope.project().prepared(),
  contacts: await scope.project().contacts(),
})

async function profileReading(
  server: ServerContext,
  scope: Scope,
  lease: Lease,
  id: string,
): Promise<Reading> {
  const { prepared, contacts } = await known(scope)
  const { root } = scope.project()
  const { signal } = scope
  if (lease.live) {
    const reader = await lease.live.customer(prepared.project, id, signal)
    return { lease, reader, contacts, signal }
  }
  const reader = await profileReader(lease, root, prepared.project, server.closing, () =>
    server.log.write({ level: 'warn', event: 'profile_index_failed', version: lease.version }),
  )
  return { lease, reader, contacts, signal }
}

async function auditCustomer(
  scope: Scope,
  action: 'profile' | 'reveal',
  id: string,
  version: number,
): Promise<void> {
  const subject = await subjectHash(scope.project().root, id)
  await scope.audit({ action, subject, rows: 1, version, ...(action === 'reveal' ? { reveal: true } : {}) })
}
