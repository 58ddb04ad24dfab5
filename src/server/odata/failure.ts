import type { ErrorHandler } from 'hono'
import type { Env, ServerContext } from '../context.ts'
import { asFailure } from '../http/failure.ts'
import type { Failure } from '../schemas/common.ts'

/** A failure in the shape OData has for it. Tools show the message alone, so the hint is a part of it. */
export const asOdataFailure = (server: ServerContext): ErrorHandler<Env> => {
  const plainly = asFailure(server)
  return async (thrown, c) => {
    const answer = await plainly(thrown, c)
    const { code, message, hint, requestId, problems = [] } = (await answer.json()) as Failure
    const headers = new Headers(answer.headers)
    headers.set('OData-Version', '4.0')
    headers.set('Content-Type', 'application/json;odata.metadata=minimal;charset=utf-8')
    // What the first answer has set stays with the context, and would come back.
    if (code === 'UNAUTHENTICATED') c.header('WWW-Authenticate', 'Basic realm="customer360", charset="UTF-8"')
    const said =
      code === 'UNAUTHENTICATED'
        ? 'Sign in with any user name and the token of `c360 serve` as the password.'
        : hint
    const error = {
      code,
      message: `${message} ${said}`,
      ...(problems.length === 0 ? {} : { details: problems.map(({ code, message }) => ({ code, message })) }),
      innererror: { requestId },
    }
    return new Response(JSON.stringify({ error }), { status: answer.status, headers })
  }
}
