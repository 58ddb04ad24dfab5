import type { ServerContext } from '../context.ts'
import { namedRoutes } from '../projects/named-routes.ts'
import { audience } from '../schemas/people.ts'

export const audiencesRoutes = (_server: ServerContext) =>
  namedRoutes({
    schema: audience,
    path: 'audiences',
    folder: 'audiences',
    one: 'audience',
    many: 'Audiences',
    field: 'audiences',
  })
