import type { Prepared } from '../../run/prepare.ts'
import type { Manifest } from '../../run/versions.ts'
import type { SessionInfo } from '../schemas/session.ts'
import type { Lease, Row } from './snapshot.ts'

/** What the shell shows of a version; it never changes, so it is read once. */
export type VersionFacts = Pick<SessionInfo, 'asOf' | 'dataFrom' | 'checks' | 'channels' | 'stores'> & {
  /** Pages that have data; those that hang on the project's files are added by whoever knows them. */
  readonly pages: readonly string[]
}

export const versionFacts = (lease: Lease, signal: AbortSignal): Promise<VersionFacts> =>
  lease.once('facts', () => readFacts(lease, signal))

async function readFacts(lease: Lease, signal: AbortSignal): Promise<VersionFacts> {
  const [[period], channels, stores, [seen]] = await Promise.all([
    lease.rows('select as_of, activity_from from gold.reporting_period', signal),
    lease.rows(
      'select channel from gold.fact_transactions where channel is not null group by channel order by channel',
      signal,
    ),
    lease.rows(
      'select id, label from (select store_id as id, coalesce(location, city, store_id) as label from gold.dim_stores) s order by label, id limit 2000',
      signal,
    ),
    lease.rows('select min(local_date) as first_day from gold.fact_transactions where is_sale', signal),
  ])
  return {
    asOf: text(period?.as_of),
    dataFrom: text(seen?.first_day),
    checks: checksOf(lease.manifest),
    channels: channels.map(({ channel }) => String(channel)),
    stores: stores.map(({ id, label }: Row) => ({ id: String(id), label: String(label) })),
    pages: pagesOf(lease.manifest, stores.length > 0),
  }
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

function checksOf({ models }: Manifest): SessionInfo['checks'] {
  const checks = Object.values(models).flatMap(({ certificate }) => certificate.checks)
  return {
    passed: checks.filter(({ ok }) => ok).length,
    warnings: checks.filter(({ ok, severity }) => !ok && severity === 'warn').length,
    failed: checks.filter(({ ok, severity }) => !ok && severity === 'fail').length,
  }
}

/** A page without data is not offered. */
function pagesOf({ models }: Manifest, hasStores: boolean): string[] {
  const has = (model: string): boolean => (models[model]?.rows ?? 0) > 0
  const sales = has('fact_transactions')
  const customers = has('dim_customers')
  const loyalty = has('dim_loyalty_accounts') || has('fact_loyalty_transactions')
  const offered: readonly (readonly [string, boolean])[] = [
    ['overview', true],
    ['sales', sales],
    ['stores', sales && hasStores],
    ['segments', sales && customers],
    ['peak-times', sales],
    ['support', has('fact_service_interactions')],
    ['web', has('fact_web_sessions')],
    ['loyalty', loyalty],
    ['retention', has('monthly_churn_and_retention') || has('signups_over_time')],
    ['explore', true],
    ['customers', customers],
  ]
  return offered.filter(([, there]) => there).map(([page]) => page)
}

const LOCALES: Readonly<Record<string, string>> = {
  USD: 'en-US',
  GBP: 'en-GB',
  EUR: 'en-IE',
  CAD: 'en-CA',
  AUD: 'en-AU',
  NZD: 'en-NZ',
  INR: 'en-IN',
  ZAR: 'en-ZA',
  SGD: 'en-SG',
}

/** English as it is written where the project's currency is used. */
export const localeOf = ({ project }: Prepared): string => LOCALES[project.currency] ?? 'en-GB'
