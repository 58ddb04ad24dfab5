import { createRoute, z } from '@hono/zod-openapi'
import { api, body, ok, type ServerContext } from '../context.ts'
import { RequestPool } from '../http/requests.ts'
import { startRun } from '../runs/run-service.ts'
import {
  createRequest,
  createResponse,
  inspectRequest,
  inspectResponse,
  uploadResponse,
} from '../schemas/setup.ts'
import { createProject, inspectFolder } from '../setup/setup-service.ts'
import { receiveUpload } from '../setup/uploads.ts'

const upload = createRoute({
  method: 'post',
  path: '/setup/upload',
  summary: 'Send files',
  description:
    'A form with files (multipart/form-data); `?upload=` adds to an earlier one. 200 files, 2 GB in all.',
  request: { query: z.object({ upload: z.string().max(80).optional() }) },
  responses: ok(uploadResponse, 'The name of the folder they went into, and its files'),
})

const inspect = createRoute({
  method: 'post',
  path: '/setup/inspect',
  summary: 'What are these files?',
  description: 'Looks at an upload or a folder; writes nothing.',
  request: body(inspectRequest),
  responses: ok(inspectResponse, 'What each file is taken for, and what only a person can answer'),
})

const create = createRoute({
  method: 'post',
  path: '/setup/create',
  summary: 'Make a project of them and start its first run',
  request: body(createRequest),
  responses: ok(createResponse, 'The project and its run'),
})

/** First visit: files become a project. */
export const setupRoutes = (server: ServerContext) => {
  // Looking at files is heavy work: one folder at a time.
  const turns = new RequestPool({ parallel: 1, queue: 2 })
  return api()
    .openapi(upload, async (c) => {
      const { scope } = c.var
      scope.permit('setup')
      const { upload: earlier } = c.req.valid('query')
      const received = await receiveUpload(
        server.served,
        { contentType: c.req.header('content-type'), body: c.req.raw.body },
        { signal: scope.signal, ...(earlier === undefined ? {} : { upload: earlier }) },
      )
      return c.json({ upload: received.upload, files: [...received.files] }, 200)
    })
    .openapi(inspect, async (c) => {
      const { scope } = c.var
      scope.permit('setup')
      const chosen = c.req.valid('json')
      return c.json(await turns.run(scope.signal, () => inspectFolder(server, chosen, scope.signal)), 200)
    })
    .openapi(create, async (c) => {
      const { scope } = c.var
      scope.permit('setup')
      const chosen = c.req.valid('json')
      const { root, doubts } = await turns.run(scope.signal, () =>
        createProject(server, chosen, scope.signal),
      )
      const hosted = server.projects.add(root)
      const { runId } = await startRun(root, { closing: server.closing })
      await scope.audit({ action: 'setup', subject: hosted.slug, detail: { run: runId ?? '' } })
      return c.json({ project: hosted.slug, runId, doubts: [...doubts] }, 200)
    })
}
