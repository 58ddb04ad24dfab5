import { createRoute } from '@hono/zod-openapi'
import { api, body, ok, type ServerContext } from '../context.ts'
import { reading } from '../reading/reading.ts'
import { decided, decisionRequest, quarantineQuery, quarantineResponse } from '../schemas/data.ts'
import { makeDecision, quarantinePage } from '../trust/quarantine.ts'

const PAGE = 50
/** A run at work holds the project; nobody waits for it in front of a button. */
const LOCK_MS = 3000

const page = createRoute({
  method: 'get',
  path: '/quarantine',
  summary: 'Rows that are held back, with every reason',
  description: 'Raw values of personal columns are starred out; `reveal=true` shows them and is audited.',
  request: { query: quarantineQuery },
  responses: ok(quarantineResponse, 'Reasons of all rows, and a page of those that fit the filter'),
})

const decision = createRoute({
  method: 'post',
  path: '/quarantine/decisions',
  summary: 'Edit, dismiss or reopen rows',
  description: 'Kept in the lake and replayed by every rebuild; the next run applies it.',
  request: body(decisionRequest),
  responses: ok(decided, 'How many rows it is about, and how many decisions wait for the next run'),
})

/** Held-back rows, and decisions about them. */
export const quarantineRoutes = (server: ServerContext) =>
  api()
    .openapi(page, async (c) => {
      const { scope } = c.var
      const { source, reason, column, offset = 0, limit = PAGE, version, reveal } = c.req.valid('query')
      const clear = reveal === 'true'
      scope.permit(clear ? 'reveal' : 'read')
      scope.project().requireSilver('Held-back rows')
      const { project } = await scope.project().prepared()
      const filter = {
        ...(source ? { source } : {}),
        ...(reason ? { reason, ...(column === undefined ? {} : { column }) } : {}),
        offset,
        limit,
      }
      const found = await reading(server, scope, version, (lease) =>
        quarantinePage(project, lease, filter, clear, scope.signal),
      )
      if (clear)
        await scope.audit({
          action: 'reveal',
          subject: 'quarantine',
          rows: found.rows.length,
          version: found.version,
          reveal: true,
        })
      c.header('Cache-Control', 'no-store')
      return c.json(found, 200)
    })
    .openapi(decision, async (c) => {
      const { scope } = c.var
      scope.permit('decide')
      const request = c.req.valid('json')
      const hosted = scope.project()
      hosted.requireSilver('Decisions about held-back rows')
      const { project } = await hosted.prepared()
      await using lease = await hosted.lease()
      const made = await makeDecision(project, lease, request, {
        by: scope.actor.id,
        patience: LOCK_MS,
        signal: scope.signal,
      })
      await scope.audit({
        action: 'decision',
        subject: made.sources.join(', '),
        rows: made.decided,
        version: lease.version,
        detail: { kind: request.action },
      })
      return c.json({ decided: made.decided, waiting: made.waiting }, 200)
    })
