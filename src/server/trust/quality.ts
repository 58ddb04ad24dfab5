import type { z } from '@hono/zod-openapi'
import type { CheckResult } from '../../plan/certify.ts'
import type { Project } from '../../project/types.ts'
import type { DeliveryAccount, Manifest } from '../../run/versions.ts'
import type { quality } from '../schemas/data.ts'

export type Quality = z.infer<typeof quality>

const HOUR = 3_600_000

/** Certificates, checks, the account of every source and how fresh it is, as a version's manifest has them. */
export function qualityOf(project: Project, manifest: Manifest | undefined, now: number): Quality {
  return {
    version: manifest?.version ?? null,
    models: Object.entries(manifest?.models ?? {})
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { rows, certificate }]) => ({
        name,
        rows,
        certified: certificate.certified,
        checks: certificate.checks.map((check) => ({
          name: check.name,
          kind: check.kind,
          severity: check.severity,
          passed: check.ok,
          detail: detailOf(check),
        })),
      })),
    sources: project.contracts.map(({ source, freshnessHours }) =>
      sourceOf(source, freshnessHours, manifest, now),
    ),
  }
}

/** The figures of a check in words; amounts as exact decimals. */
function detailOf({ kind, ok, expected, actual, remainder, failing }: CheckResult): string | null {
  if (kind !== 'reconciliation') return ok ? null : `${failing ?? 0} rows fail`
  const figures = ok ? `${actual} on both sides` : `${actual}, expected ${expected}`
  return remainder === undefined || /^-?0*(\.0*)?$/.test(remainder)
    ? figures
    : `${figures}; ${remainder} outside the population`
}

function sourceOf(
  source: string,
  freshnessHours: number | undefined,
  manifest: Manifest | undefined,
  now: number,
): Quality['sources'][number] {
  const accounts = manifest?.accounts[source] ?? []
  const sum = (of: Exclude<keyof DeliveryAccount, 'delivery' | 'path'>): number =>
    accounts.reduce((total, account) => total + account[of], 0)
  const newest = manifest?.newestFile[source]
  return {
    source,
    files: accounts.length,
    rows: sum('rows'),
    kept: sum('kept'),
    superseded: sum('superseded'),
    quarantined: sum('quarantined'),
    dismissed: sum('dismissed'),
    deleted: sum('deleted'),
    newestFile: newest === undefined ? null : new Date(newest).toISOString(),
    stale: freshnessHours !== undefined && newest !== undefined && now - newest > freshnessHours * HOUR,
    freshnessHours: freshnessHours ?? null,
  }
}
