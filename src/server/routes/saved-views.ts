import type { ServerContext } from '../context.ts'
import { namedRoutes } from '../projects/named-routes.ts'
import { savedView } from '../schemas/people.ts'

export const savedViewsRoutes = (_server: ServerContext) =>
  namedRoutes({
    schema: savedView,
    path: 'saved-views',
    folder: 'views',
    one: 'saved view',
    many: 'Saved views',
    field: 'savedViews',
  })
