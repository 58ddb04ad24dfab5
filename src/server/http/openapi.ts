import type { OpenAPIHono } from '@hono/zod-openapi'
import { api, type Env, type ServerContext } from '../context.ts'
import { docsPage, docsStyle } from './api-docs.ts'

/** The API's own description, its page for people, health and metrics. */
export const docsRoutes = ({ metrics, program }: ServerContext, app: () => OpenAPIHono<Env>) => {
  const document = () =>
    app().getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'customer360', version: program } })
  return api()
    .get('/healthz', (c) => c.text('ok\n'))
    .get('/metrics', (c) =>
      c.text(metrics.text(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
    )
    .get('/api/openapi.json', (c) => c.json(document()))
    .get('/api/docs', (c) => c.html(docsPage(JSON.parse(JSON.stringify(document())))))
    .get('/api/docs.css', (c) => c.text(docsStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
}
