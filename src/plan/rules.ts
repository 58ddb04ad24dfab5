import type { Project, Rules, SuggestedAction } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { castTo } from '../sql/spelling.ts'
import type { Relation } from './conform.ts'
import { relationOf } from './names.ts'
import { nullOf } from './stage.ts'

export const ruleNames = [
  'counted_statuses',
  'tiers',
  'high_value',
  'activity',
  'calendar',
  'session_categories',
  'suggested_actions',
] as const

/** The business rules of c360.yaml as small tables, so that models stay plain SQL and depend on just the rules they read. */
export function ruleRelations(d: Dialect, project: Project): Relation[] {
  const { rules } = project
  const high = `select cast(${rules.highValue.percentile} as decimal(9,6)) as percentile, ${text(d, rules.highValue.population)} as population`
  const activity = `select ${integer(rules.activeWithinMonths)} as active_months, ${integer(rules.churnedAfterDays)} as churn_days`
  const calendar = `select ${text(d, project.timeZone)} as time_zone, ${text(d, project.currency)} as currency, cast(${text(d, rules.asOf)} as date) as as_of`
  return [
    countedStatuses(d, project),
    table(d, 'tiers', tiers(d, rules)),
    table(d, 'high_value', high),
    table(d, 'activity', activity),
    table(d, 'calendar', calendar),
    table(d, 'session_categories', sessionCategories(d, rules)),
    table(d, 'suggested_actions', suggestedActions(d, rules)),
  ]
}

const text = (d: Dialect, value: string | undefined): string =>
  value === undefined ? nullOf(d, 'text') : castTo(d, d.literal(value), 'text')
const integer = (value: number | undefined): string => `cast(${value ?? 'null'} as integer)`

const tiers = (d: Dialect, { tierOrder, championTiers, tierPoints }: Rules): string =>
  tierOrder
    .map((tier, index) =>
      [
        `select ${text(d, tier)} as tier, ${integer(index + 1)} as tier_rank, ${d.bool(championTiers.includes(tier))} as is_champion,`,
        `cast(${tierPoints[tier] ?? 'null'} as bigint) as from_points`,
      ].join(' '),
    )
    .join(' union all ')

/** Both ends of a category belong to it; lengths are whole seconds. */
const sessionCategories = (d: Dialect, { sessionCategories: list }: Rules): string =>
  list
    .map(({ name, upToSeconds }, index) => {
      const from = (list[index - 1]?.upToSeconds ?? -1) + 1
      return `select ${text(d, name)} as session_category, ${integer(index + 1)} as category_rank, ${integer(from)} as from_seconds, ${integer(upToSeconds)} as to_seconds`
    })
    .join(' union all ')

function suggestedActions(d: Dialect, { suggestedActions: list }: Rules): string {
  const rows = list.map((rule, index) => {
    const { overDays, fromDays, toDays, withinPoints } = thresholds(rule)
    return [
      `select ${integer(index + 1)} as action_rank, ${text(d, rule.when)} as condition, ${text(d, rule.action)} as action,`,
      `${integer(overDays)} as over_days, ${integer(fromDays)} as from_days, ${integer(toDays)} as to_days, cast(${withinPoints ?? 'null'} as bigint) as within_points`,
    ].join(' ')
  })
  const none = `select ${integer(undefined)} as action_rank, ${text(d, undefined)} as condition, ${text(d, undefined)} as action, ${integer(undefined)} as over_days, ${integer(undefined)} as from_days, ${integer(undefined)} as to_days, cast(null as bigint) as within_points where 1 = 0`
  return rows.length > 0 ? rows.join(' union all ') : none
}

interface Thresholds {
  readonly overDays?: number
  readonly fromDays?: number
  readonly toDays?: number
  readonly withinPoints?: number
}

function thresholds(rule: SuggestedAction): Thresholds {
  switch (rule.when) {
    case 'open_ticket':
      return { overDays: rule.olderThanDays }
    case 'high_value_silent':
      return { overDays: rule.silentForDays }
    case 'one_purchase':
      return { fromDays: rule.fromDays, toDays: rule.toDays }
    case 'near_next_tier':
      return { withinPoints: rule.withinPoints }
  }
}

const table = (
  d: Dialect,
  name: (typeof ruleNames)[number],
  select: string,
  reads: readonly string[] = [],
): Relation => ({
  name: `rules.${name}`,
  statements: d.tableAs(d.table('rules', name), select),
  sources: [],
  reads,
})

function countedStatuses(d: Dialect, project: Project): Relation {
  const statuses = project.rules.countedStatuses
  if (statuses !== 'all') {
    const rows = statuses.map((status) => `select ${text(d, status)} as status`)
    return table(
      d,
      'counted_statuses',
      rows.length > 0 ? rows.join(' union all ') : `select ${text(d, undefined)} as status where 1 = 0`,
    )
  }
  const transactions = `conformed.${relationOf.transaction}`
  return table(
    d,
    'counted_statuses',
    `select distinct status from ${d.table('conformed', relationOf.transaction)} where status is not null`,
    [transactions],
  )
}
