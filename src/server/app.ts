import type { OpenAPIHono } from '@hono/zod-openapi'
import { C360Error } from '../errors.ts'
import { api, type Env, type ServerContext } from './context.ts'
import { type Guard, guarded } from './guard/guard.ts'
import { scoped } from './guard/scoped.ts'
import { secured } from './guard/secured.ts'
import { sizeLimited } from './guard/sizes.ts'
import { asFailure } from './http/failure.ts'
import { observed } from './http/observed.ts'
import { docsRoutes } from './http/openapi.ts'
import { type StaticFiles, staticRoutes } from './http/static.ts'
import { asOdataFailure } from './odata/failure.ts'
import { isOdata } from './odata/path.ts'
import { audiencesRoutes } from './routes/audiences.ts'
import { connectivityRoutes } from './routes/connectivity.ts'
import { customersRoutes } from './routes/customers.ts'
import { explainRoutes } from './routes/explain.ts'
import { exportRoutes } from './routes/export.ts'
import { goldRoutes } from './routes/gold.ts'
import { lineageRoutes } from './routes/lineage.ts'
import { modelRoutes } from './routes/model.ts'
import { odataRoutes } from './routes/odata.ts'
import { qualityRoutes } from './routes/quality.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { queryRoutes } from './routes/query.ts'
import { reconcileRoutes } from './routes/reconcile.ts'
import { runsRoutes } from './routes/runs.ts'
import { savedViewsRoutes } from './routes/saved-views.ts'
import { searchRoutes } from './routes/search.ts'
import { sessionRoutes } from './routes/session.ts'
import { setupRoutes } from './routes/setup.ts'
import { sqlRoutes } from './routes/sql.ts'
import { tablesRoutes } from './routes/tables.ts'

/** Every route of the API, each group in its own file. */
const apiRoutes = (server: ServerContext) =>
  api()
    .route('/', sessionRoutes(server))
    .route('/', modelRoutes(server))
    .route('/', queryRoutes(server))
    .route('/', goldRoutes(server))
    .route('/', searchRoutes(server))
    .route('/', customersRoutes(server))
    .route('/', audiencesRoutes(server))
    .route('/', savedViewsRoutes(server))
    .route('/', exportRoutes(server))
    .route('/', connectivityRoutes(server))
    .route('/', runsRoutes(server))
    .route('/', qualityRoutes(server))
    .route('/', lineageRoutes(server))
    .route('/', quarantineRoutes(server))
    .route('/', reconcileRoutes(server))
    .route('/', explainRoutes(server))
    .route('/', sqlRoutes(server))
    .route('/', tablesRoutes(server))
    .route('/', setupRoutes(server))

/** The whole server as a function of requests: guard, API, docs, files of the web app. */
export function makeApp(server: ServerContext, guard: Guard, files: StaticFiles): OpenAPIHono<Env> {
  const app = api()
  const [failure, odataFailure] = [asFailure(server), asOdataFailure(server)]
  app.onError((thrown, c) => (isOdata(c.req.path) ? odataFailure : failure)(thrown, c))
  app.notFound((c) =>
    asFailure(server)(new C360Error('NOT_FOUND', 'There is no such address.', { hint: 'See /api/docs.' }), c),
  )
  app.use('*', observed(server), secured(), guarded(guard, server), sizeLimited(), scoped(server))
  app.route('/api', apiRoutes(server))
  app.route('/', odataRoutes(server))
  app.route(
    '/',
    docsRoutes(server, () => app),
  )
  app.route('/', staticRoutes(files))
  return app
}
