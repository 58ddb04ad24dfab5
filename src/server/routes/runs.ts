import { createRoute, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { rollback, unpin } from '../../run/history.ts'
import { api, body, ok, type ServerContext } from '../context.ts'
import type { Hosted } from '../projects/hosted.ts'
import { requireRun } from '../runs/ledger-files.ts'
import { eventsOf } from '../runs/run-events.ts'
import { runHistory, runInFull } from '../runs/run-history.ts'
import { cancelRun, type Started, startRun } from '../runs/run-service.ts'
import {
  rollbackRequest,
  runDetail,
  runStarted,
  runsResponse,
  startRunRequest,
  versionNow,
} from '../schemas/data.ts'

/** A run at work holds the project; nobody waits for it in front of a button. */
const LOCK_MS = 3000

const runId = z.object({ id: z.string().max(40) })

const list = createRoute({
  method: 'get',
  path: '/runs',
  summary: 'Runs and versions, newest first',
  responses: ok(runsResponse, 'Runs of the ledger and the versions on disk'),
})

const start = createRoute({
  method: 'post',
  path: '/runs',
  summary: 'Start a run',
  description:
    'Answers when the run has begun. RUN_ACTIVE while one is at work; `unchanged` when there is nothing to do.',
  request: body(startRunRequest),
  responses: ok(runStarted, 'The run'),
})

const detail = createRoute({
  method: 'get',
  path: '/runs/{id}',
  summary: 'One run with all its events',
  request: { params: runId },
  responses: ok(runDetail, 'The run'),
})

const events = createRoute({
  method: 'get',
  path: '/runs/{id}/events',
  summary: 'Events of a run as they happen',
  description:
    'Server-sent events: `run` with {at, event} for each line of the ledger, then `end` with the state. `Last-Event-ID` goes on after that line.',
  request: { params: runId },
  responses: {
    200: { content: { 'text/event-stream': { schema: z.string() } }, description: 'The events' },
  },
})

const cancel = createRoute({
  method: 'post',
  path: '/runs/{id}/cancel',
  summary: 'Cancel a run of this server',
  request: { params: runId },
  responses: ok(z.object({}), 'It was asked to stop; what was published stays'),
})

const toVersion = createRoute({
  method: 'post',
  path: '/rollback',
  summary: 'Make an older version current and keep it so',
  request: body(rollbackRequest),
  responses: ok(versionNow, 'The version readers see now'),
})

const release = createRoute({
  method: 'post',
  path: '/unpin',
  summary: 'End a rollback: the newest version becomes current',
  responses: ok(versionNow, 'The version readers see now'),
})

/** A run; where a target is shown, its gold is brought here anew, or looked at. */
async function refreshed(
  hosted: Hosted,
  options: { readonly fullRefresh: boolean; readonly closing: AbortSignal },
): Promise<Started> {
  const { root, target } = hosted
  if (target === undefined) return startRun(root, options)
  if (options.fullRefresh) hosted.requireSilver('A full refresh')
  if (!(await hosted.isLive())) return startRun(root, { importFrom: target, closing: options.closing })
  await hosted.look()
  return { state: 'unchanged', runId: null }
}

/** Runs: listed, started, followed live, cancelled; and which version is current. */
export const runsRoutes = (server: ServerContext) =>
  api()
    .openapi(list, async (c) => {
      const { scope } = c.var
      scope.permit('read')
      const { project } = await scope.project().prepared()
      return c.json(await runHistory(project), 200)
    })
    .openapi(start, async (c) => {
      const { scope } = c.var
      scope.permit('run')
      const { fullRefresh = false } = c.req.valid('json')
      const hosted = scope.project()
      const started = await refreshed(hosted, { fullRefresh, closing: server.closing })
      await scope.audit({
        action: 'run',
        detail: { state: started.state, run: started.runId ?? '', fullRefresh },
      })
      return c.json(started, 200)
    })
    .openapi(detail, async (c) => {
      const { scope } = c.var
      scope.permit('read')
      const { project } = await scope.project().prepared()
      return c.json(await runInFull(project, c.req.valid('param').id), 200)
    })
    .openapi(events, async (c) => {
      const { scope } = c.var
      scope.permit('read')
      const { root } = scope.project()
      const { id } = c.req.valid('param')
      await requireRun(root, id)
      const after = Number(c.req.header('last-event-id') ?? 0) || 0
      return streamSSE(c, async (stream) => {
        for await (const message of eventsOf(root, id, { after, signal: scope.signal }))
          if (message === 'alive') await stream.write(': alive\n\n')
          else await stream.writeSSE(message)
      })
    })
    .openapi(cancel, async (c) => {
      const { scope } = c.var
      scope.permit('run')
      const { id } = c.req.valid('param')
      await cancelRun(scope.project().root, id)
      await scope.audit({ action: 'cancel', detail: { run: id } })
      return c.json({}, 200)
    })
    .openapi(toVersion, async (c) => {
      const { scope } = c.var
      scope.permit('publish')
      await scope.project().requireHere('Going back to an older version')
      const { version } = c.req.valid('json')
      const { project } = await scope.project().prepared()
      await scope.audit({ action: 'rollback', version })
      await rollback(project, version, { patience: LOCK_MS, signal: scope.signal })
      return c.json({ version, pinned: true }, 200)
    })
    .openapi(release, async (c) => {
      const { scope } = c.var
      scope.permit('publish')
      await scope.project().requireHere('Going back to an older version')
      const { project } = await scope.project().prepared()
      await scope.audit({ action: 'unpin' })
      const { version } = await unpin(project, { patience: LOCK_MS, signal: scope.signal })
      return c.json({ version, pinned: false }, 200)
    })
