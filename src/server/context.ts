import { OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import type { Actor } from './guard/actor.ts'
import type { AuditEntry } from './guard/audit.ts'
import type { Action } from './guard/policy.ts'
import type { Log } from './http/log.ts'
import type { Metrics } from './http/metrics.ts'
import { refuseInvalid } from './http/refuse.ts'
import type { RequestPool } from './http/requests.ts'
import type { Hosted } from './projects/hosted.ts'
import type { Projects } from './projects/projects.ts'
import type { Schedules } from './runs/schedules.ts'

/** What every route of one server shares. */
export interface ServerContext {
  /** Version of the program. */
  readonly program: string
  readonly projects: Projects
  /** Folders that a path from a request may lie below: the served ones and those of --allow-root. Absolute. */
  readonly allowedRoots: readonly string[]
  /** Where a project made in the browser is put; absent = the served folder itself. */
  readonly served: string
  readonly queries: RequestPool
  /** Files being written for somebody. */
  readonly exports: RequestPool
  readonly schedules: Schedules
  readonly log: Log
  readonly metrics: Metrics
  /** Aborted when the server ends: streams and runs stop. */
  readonly closing: AbortSignal
}

/** What a handler knows of its request: `c.var.scope`. */
export interface Scope {
  readonly requestId: string
  readonly actor: Actor
  /** Aborted when the client goes away or the server ends; give it to every query. */
  readonly signal: AbortSignal
  /** The project the request is about (header `c360-project`, else the first). NOT_FOUND when there is none (yet). */
  project(): Hosted
  /** FORBIDDEN unless the actor may do this. Every request passes here at least once, in the middleware. */
  permit(action: Action): void
  /** Appends to `.c360/audit.jsonl` of the project; who, when and the request are added. No personal values. */
  audit(entry: AuditEntry): Promise<void>
}

export interface Env {
  Variables: { scope: Scope }
}

/** An empty group of routes: `api().openapi(route, handler).openapi(..)`. */
export const api = () => new OpenAPIHono<Env>({ defaultHook: refuseInvalid })

/** The `responses` of a route that answers JSON; failures are thrown as C360Error and documented once for all. */
export const ok = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { content: { 'application/json': { schema } }, description },
})

/** The `request.body` of a route that takes JSON. */
export const body = <S extends z.ZodType>(schema: S) => ({
  body: { content: { 'application/json': { schema } }, required: true as const },
})
