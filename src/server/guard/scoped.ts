import type { MiddlewareHandler } from 'hono'
import { C360Error } from '../../errors.ts'
import type { Env, Scope, ServerContext } from '../context.ts'
import { projectIn } from '../odata/path.ts'
import type { Hosted } from '../projects/hosted.ts'
import { localActor } from './actor.ts'
import { writeAudit } from './audit.ts'
import { type Action, isAllowed } from './policy.ts'

const HEADER = 'c360-project'

/** Makes the scope of a request, and asks the policy once for everybody: nothing is answered to an actor who may not even read. */
export const scoped =
  ({ projects, closing }: ServerContext): MiddlewareHandler<Env> =>
  async (c, next) => {
    const requestId = c.res.headers.get('x-request-id') ?? ''
    const named = projectIn(c.req.path) ?? c.req.header(HEADER)
    const project = (): Hosted => projects.named(named)
    const permit = (action: Action): void => {
      if (!isAllowed(localActor, action, named))
        throw new C360Error('FORBIDDEN', 'You may not do this.', { hint: 'Ask whoever runs this server.' })
    }
    const scope: Scope = {
      requestId,
      actor: localActor,
      signal: AbortSignal.any([c.req.raw.signal, closing]),
      project,
      permit,
      audit: (entry) =>
        writeAudit(project().root, {
          at: new Date().toISOString(),
          actor: localActor.id,
          requestId,
          ...entry,
        }),
    }
    permit('read')
    c.set('scope', scope)
    await next()
  }
