import type { Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Relation } from './conform.ts'

export const ruleNames = ['counted_statuses', 'tiers', 'high_value', 'activity', 'calendar'] as const

/** The business rules of c360.yaml as small tables, so that models stay plain SQL and depend on just the rules they read. */
export function ruleRelations(d: Dialect, project: Project): Relation[] {
  const { rules } = project
  const text = (value: string | undefined) =>
    value === undefined ? 'cast(null as varchar)' : `cast(${d.literal(value)} as varchar)`
  const tiers = rules.tierOrder.map(
    (tier, index) =>
      `select ${text(tier)} as tier, cast(${index + 1} as integer) as tier_rank, ${rules.championTiers.includes(tier)} as is_champion`,
  )
  const high = `select cast(${rules.highValue.percentile} as decimal(9,6)) as percentile, ${text(rules.highValue.population)} as population`
  const activity = `select cast(${rules.activeWithinMonths} as integer) as active_months, cast(${rules.churnedAfterDays} as integer) as churn_days`
  const calendar = `select ${text(project.timeZone)} as time_zone, ${text(project.currency)} as currency, cast(${text(rules.asOf)} as date) as as_of`
  return [
    countedStatuses(d, project),
    table('tiers', tiers.join(' union all ')),
    table('high_value', high),
    table('activity', activity),
    table('calendar', calendar),
  ]
}

const table = (
  name: (typeof ruleNames)[number],
  select: string,
  sources: readonly string[] = [],
): Relation => ({
  name: `rules.${name}`,
  statements: [`create or replace table rules.${name} as ${select}`],
  sources,
})

function countedStatuses(d: Dialect, project: Project): Relation {
  const statuses = project.rules.countedStatuses
  if (statuses !== 'all') {
    const rows = statuses.map((status) => `select cast(${d.literal(status)} as varchar) as status`)
    return table(
      'counted_statuses',
      rows.length > 0 ? rows.join(' union all ') : `select cast(null as varchar) as status where false`,
    )
  }
  const sources = project.contracts
    .filter(({ entity }) => entity === 'transaction')
    .map(({ source }) => source)
  return table(
    'counted_statuses',
    'select distinct status from conformed.transactions where status is not null',
    sources,
  )
}
