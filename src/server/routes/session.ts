import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRoute } from '@hono/zod-openapi'
import { C360Error } from '../../errors.ts'
import { DEFAULT_RESOLUTION_TIERS } from '../../project/config-rules.ts'
import type { ImportedManifest } from '../../run/target/import.ts'
import { api, ok, type Scope, type ServerContext } from '../context.ts'
import type { Hosted } from '../projects/hosted.ts'
import type { Lease } from '../reading/snapshot.ts'
import { localeOf, versionFacts } from '../reading/version-facts.ts'
import { importByHand, nextRefresh } from '../runs/connectivity.ts'
import { runningRun } from '../runs/run-service.ts'
import { type SessionInfo, session } from '../schemas/session.ts'

const route = createRoute({
  method: 'get',
  path: '/session',
  summary: 'What a screen needs before it draws anything',
  responses: ok(session, 'The project, its published version, and what can be shown of it'),
})

export const sessionRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => c.json(await sessionOf(server, c.var.scope), 200))

async function sessionOf(server: ServerContext, scope: Scope): Promise<SessionInfo> {
  const found = await hostedOf(server, scope)
  if (found === undefined) return { ...(await nothingYet(server, scope)), needs: 'setup' }
  const { hosted, name } = found
  const prepared = await hosted.prepared()
  const { project } = prepared
  const connectivity = await server.schedules.connectivity(hosted)
  const common = {
    ...(await nothingYet(server, scope)),
    project: hosted.slug,
    name,
    locale: localeOf(prepared),
    currency: project.currency,
    timeZone: project.timeZone,
    countedStatuses: project.rules.countedStatuses === 'all' ? 'all' : [...project.rules.countedStatuses],
    resolutionTiers: project.rules.resolutionTiers,
    running: (await runningRun(hosted.root)) ?? null,
    connectivity: {
      ...connectivity,
      fixed: server.schedules.isFixed,
      modes: [...hosted.modes],
      target: hosted.target ?? null,
      nextRefresh: nextRefresh(connectivity, project.timeZone),
      lastRefresh: null,
    },
  } satisfies Partial<SessionInfo>
  await using lease = await hosted.lease().catch(absent)
  if (lease === undefined) return { ...common, needs: 'run', pages: ['runs'] }
  const { pages, ...facts } = await versionFacts(lease, server.closing)
  return {
    ...common,
    ...facts,
    needs: 'nothing',
    version: lease.version,
    pinned: lease.pinned,
    publishedAt: lease.manifest.createdAt,
    connectivity: { ...common.connectivity, lastRefresh: refreshedAt(lease) },
    pages: [...pages, 'runs', ...(await workPages(hosted.root, lease))],
  }
}

/** When what is shown came to this machine; live, when it was built. */
function refreshedAt({ manifest }: Lease): string {
  const { importedFrom } = manifest as Partial<ImportedManifest>
  return importedFrom?.at ?? manifest.createdAt
}

/** Pages that need silver, or a whole version on this machine. */
async function workPages(root: string, { isGoldOnly, live }: Lease): Promise<string[]> {
  if (live) return []
  if (isGoldOnly) return ['sql']
  return ['quarantine', ...((await hasLegacy(root)) ? ['reconcile'] : []), 'sql']
}

/** A project whose files have mistakes is one: they are told. A folder without c360.yaml is none yet. */
async function hostedOf(
  { projects }: ServerContext,
  scope: Scope,
): Promise<{ hosted: Hosted; name: string } | undefined> {
  if (projects.list().length === 0) return undefined
  const hosted = scope.project()
  if (!(await hosted.exists())) return undefined
  const { project } = await hosted.prepared()
  return { hosted, name: project.name }
}

async function nothingYet({ projects }: ServerContext, { actor }: Scope): Promise<SessionInfo> {
  return {
    project: '',
    projects: await Promise.all(
      projects.list().map(async (hosted) => ({ slug: hosted.slug, name: await hosted.title() })),
    ),
    needs: 'setup',
    name: '',
    locale: 'en-GB',
    currency: 'EUR',
    timeZone: 'UTC',
    actor: { id: actor.id, name: actor.name },
    version: null,
    pinned: false,
    asOf: null,
    dataFrom: null,
    publishedAt: null,
    checks: { passed: 0, warnings: 0, failed: 0 },
    pages: [],
    countedStatuses: 'all',
    resolutionTiers: DEFAULT_RESOLUTION_TIERS,
    channels: [],
    stores: [],
    connectivity: {
      ...importByHand,
      fixed: false,
      modes: ['import'],
      target: null,
      nextRefresh: null,
      lastRefresh: null,
    },
    running: null,
  }
}

function absent(error: unknown): undefined {
  if (error instanceof C360Error && error.code === 'NOT_FOUND') return undefined
  throw error
}

const hasLegacy = async (root: string): Promise<boolean> =>
  (await readdir(join(root, 'legacy')).catch(() => [])).some((name) => name.toLowerCase().endsWith('.sql'))
