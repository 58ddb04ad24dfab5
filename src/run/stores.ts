import { join } from 'node:path'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import { containerOf, isContainer } from '../project/location.ts'
import type { AzureAccount, Project } from '../project/types.ts'
import { openSecrets, type Secrets } from '../secrets/secrets.ts'
import { type AzureAuth, type AzurePlace, azureStore } from '../storage/azure.ts'
import { localStore } from '../storage/local.ts'
import type { Store } from '../storage/store.ts'

/** Where files arrive. */
export const landingOf = (project: Project): Store => opened(project, project.landing)

/** Where bronze's Delta tables lie. */
export const lakeOf = (project: Project): Store => opened(project, project.lake)

/** Where the published versions lie. */
export const warehouseOf = (project: Project): Store => opened(project, project.warehouse)

type Manner = Pick<AzurePlace, 'signal' | 'policy'>

const manners = new WeakMap<Project, Manner>()

/**
 * From here on everything asked of the project's containers ends with the signal, also the waiting between two tries, and is
 * as patient as the policy says. To be called before a place is opened.
 */
export const openWith = (project: Project, manner: Manner): void => {
  manners.set(project, { ...manners.get(project), ...manner })
}

export const stopWith = (project: Project, signal: AbortSignal | undefined): void =>
  openWith(project, signal ? { signal } : {})

/** One Store for each place of a loaded project: its connection, its secrets and what it has fetched are shared. */
const places = new WeakMap<Project, Map<string, Store>>()

function opened(project: Project, location: string): Store {
  const known = places.get(project) ?? new Map<string, Store>()
  places.set(project, known)
  const store = known.get(location) ?? openAt(project, location)
  known.set(location, store)
  return store
}

function openAt(project: Project, location: string): Store {
  const found = containerOf(location)
  if (!found) return localStore(location)
  const { account, container, path } = found
  const settings = project.azure.accounts[account] ?? {}
  return azureStore({
    account,
    container,
    prefix: path,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...manners.get(project),
    mirror: join(project.root, '.c360', 'cache', 'az', account, container, path),
    auth: () => authOf(openSecrets(project), settings),
  })
}

/** Why a container of the project cannot be entered; a place that is a folder, or that answers, is not in it. */
export async function closedPlaces(project: Project): Promise<{ place: string; error: unknown }[]> {
  const places = (['landing', 'lake', 'warehouse'] as const).filter((place) => isContainer(project[place]))
  const asked = places.map(async (place) => {
    try {
      await opened(project, project[place]).stat('current.json')
      return []
    } catch (error) {
      return [{ place, error }]
    }
  })
  return (await Promise.all(asked)).flat()
}

/** How an account is entered; its secret is read here, at the last moment. */
export async function authOf(secrets: Secrets, account: AzureAccount): Promise<AzureAuth> {
  const { sas, accountKey, connectionString } = account
  if (sas) return { sas: await secrets.get(sas) }
  if (accountKey) return { accountKey: await secrets.get(accountKey) }
  if (connectionString) return { connectionString: await secrets.get(connectionString) }
  return {}
}

/**
 * A session that reads the lake: where that is a container, every object whose file a statement names is fetched before
 * the statement runs.
 */
export const readingLake = (session: Session, project: Project): Session =>
  isContainer(project.lake) ? fetching(session, lakeOf(project)) : session

const AT_ONCE = 4

function fetching(session: Session, store: Store): Session {
  const root = `${store.file('')}/`
  const fetched = new Set<string>()
  const fetchNamed = async (statements: readonly string[], signal?: AbortSignal): Promise<void> => {
    const named = [...new Set(statements.flatMap((sql) => namedIn(sql, root)))]
    const wanted = named.filter((path) => !fetched.has(path))
    const next = async (): Promise<void> => {
      for (let path = wanted.pop(); path !== undefined; path = wanted.pop())
        if (await store.fetch(path, signal ? { signal } : {})) fetched.add(path)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next))
  }
  /** A copy that the engine could not read counts for nothing: the next one who asks fetches the object anew. */
  const distrust = async (error: unknown, statements: readonly string[]): Promise<never> => {
    if (error instanceof C360Error && ['SQL_FAILED', 'WAREHOUSE_DAMAGED'].includes(error.code))
      for (const path of statements.flatMap((sql) => namedIn(sql, root)))
        if (fetched.delete(path)) await store.release(path)
    throw error
  }
  return {
    async execute(statements, options) {
      await fetchNamed(statements, options?.signal)
      await session.execute(statements, options).catch((error: unknown) => distrust(error, statements))
    },
    async *stream(sql, signal) {
      await fetchNamed([sql], signal)
      try {
        yield* session.stream(sql, signal)
      } catch (error) {
        await distrust(error, [sql])
      }
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}

/** Paths below `root` that stand as texts in a statement. */
function namedIn(sql: string, root: string): readonly string[] {
  const texts = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"))
  return texts.filter((file) => file.startsWith(root)).map((file) => file.slice(root.length))
}
