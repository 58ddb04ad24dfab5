import { availableParallelism } from 'node:os'
import type { Session, Settings } from '../engines/engine.ts'
import type { Project } from '../project/types.ts'
import { readingLake } from './stores.ts'
import { connect, type Work } from './work.ts'

/** Sessions of one engine that work side by side, at least one; closed together. */
export interface Lanes extends AsyncDisposable {
  readonly sessions: readonly [Session, ...Session[]]
  /** One that none of them waits for; where there is only one, it is that. */
  spare(): Promise<Session>
}

/** How much there is to read. */
export type Amount = { readonly rows: number } | { readonly bytes: number }

/**
 * The engine's threads divide a table by blocks of 122,880 rows. Below a few of those, a second thread of a statement has nothing to
 * do, and the first one waits for it without sleeping; side by side, statements use the cores better, each with a thread of its own.
 */
const isLittle = (amount: Amount): boolean =>
  'rows' in amount ? amount.rows <= 500_000 : amount.bytes <= 32 * 1024 * 1024

/** Node has four threads for what it does beside JavaScript, and a statement takes one of them. */
const MOST = 3

export function divided(
  { threads = availableParallelism() }: Pick<Project, 'threads'>,
  amount: Amount,
): { readonly lanes: number; readonly threads: number } {
  return isLittle(amount) ? { lanes: Math.min(threads, MOST), threads: 1 } : { lanes: 1, threads }
}

/** Opens a database for the run with as many sessions as pay for what there is to read. Fails as the engine's `connect` does. */
export async function openLanes(
  context: Work,
  place: Pick<Settings, 'database'>,
  amount: Amount,
): Promise<Lanes> {
  const { project } = context.prepared
  const { lanes, threads } = divided(project, amount)
  const engine = await connect(context, { ...place, threads, isLittle: isLittle(amount) })
  const others: Session[] = []
  const close = async () => {
    for (const session of [...others, engine]) await session[Symbol.asyncDispose]()
  }
  const another = async (): Promise<Session> => {
    const session = await engine.beside?.()
    if (session === undefined) return engine
    others.push(session)
    return readingLake(session, project)
  }
  try {
    const first = readingLake(engine, project)
    const sessions: [Session, ...Session[]] = [first]
    while (sessions.length < lanes && engine.beside) sessions.push(await another())
    const spare = async () => (sessions.length > 1 ? another() : first)
    return { sessions, spare, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}
