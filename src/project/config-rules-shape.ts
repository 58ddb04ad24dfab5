import {
  choice,
  list,
  listOr,
  mapping,
  named,
  number,
  type Read,
  reject,
  text,
  turned,
  word,
} from './shape.ts'
import { days, filled, isoDate, months, seconds } from './values.ts'

const percentile = turned(
  number({ min: 0, max: 1 }),
  (value, at) => {
    if (value > 0 && value < 1) return value
    return reject(at, 'bad_value', `${at.label} must lie between 0 and 1`, '0.9 means: the top tenth')
  },
  { minimum: undefined, maximum: undefined, exclusiveMinimum: 0, exclusiveMaximum: 1 },
)

const highValue = mapping({
  percentile: { shape: percentile, doc: 'Spend at or above this percentile is high value. Default 0.9.' },
  population: {
    shape: choice(['all_customers', 'buyers']),
    doc: 'Whose spend the percentile is taken over: `all_customers` (default) counts those who never bought as zero.',
  },
})

const every = turned(
  text('a list of statuses, or `all`'),
  (value, at) =>
    value === 'all'
      ? value
      : reject(
          at,
          'wrong_type',
          `${at.label} must be a list of statuses, or \`all\``,
          `write \`[${value.slice(0, 60)}]\``,
        ),
  { type: 'string', enum: ['all'] },
)

const sessionCategory = mapping({
  name: { shape: filled, required: true, doc: 'Name of the category.' },
  up_to: {
    shape: seconds,
    doc: 'Longest session that is still in it, for example `10 seconds`. The last category has none: it takes all longer ones.',
  },
})

const percent = number({ min: 0, max: 100 })

const resolutionTiers = mapping({
  fair: { shape: percent, doc: 'From this rate on an agent is fair. Default 85.' },
  good: { shape: percent, doc: 'From this rate on an agent is good. Default 95.' },
})

const suggestedAction = mapping({
  when: {
    shape: choice(['open_ticket', 'high_value_silent', 'one_purchase', 'near_next_tier']),
    required: true,
    doc: 'The condition.',
  },
  action: { shape: filled, doc: 'What to do, in your words.' },
  older_than: { shape: days, doc: '`open_ticket`: the oldest open ticket is older. Default 3 days.' },
  silent_for: {
    shape: days,
    doc: '`high_value_silent`: no activity for longer. Default: `churned_after`.',
  },
  from: { shape: days, doc: '`one_purchase`: bought at least so long ago. Default 30 days.' },
  to: { shape: days, doc: '`one_purchase`: bought at most so long ago. Default 90 days.' },
  within_points: {
    shape: number({ min: 1, integer: true }),
    doc: '`near_next_tier`: at most so many points are missing. Default 100.',
  },
})

export type WrittenAction = Read<typeof suggestedAction>

export const rulesShape = mapping({
  counted_statuses: {
    shape: listOr(list(word, 1), every),
    doc: 'Transaction statuses that are sales, or `all`. A row without a status always counts.',
  },
  tier_order: {
    shape: list(word, 1),
    doc: 'Loyalty tiers, lowest first. Default Bronze, Silver, Gold, Platinum.',
  },
  champion_tiers: { shape: list(word), doc: 'Tiers that make a loyalty champion. Default: the two highest.' },
  tier_points: {
    shape: named(number({ min: 0, integer: true }), (name) => `tier \`${name}\``),
    doc: 'Points at which a tier begins: tier to points. Needed for the points to the next tier.',
  },
  high_value: { shape: highValue, doc: 'Who is a high-value customer.' },
  active_within: {
    shape: months,
    doc: 'A customer who bought within this time is active. Default 3 months.',
  },
  churned_after: { shape: days, doc: 'A customer silent for longer has churned. Default 30 days.' },
  session_categories: {
    shape: list(sessionCategory, 1),
    doc: 'Web sessions by length, shortest first: `{ name, up_to }`. Default: Zero, Short (10 seconds), Medium (60), Long (120), Very Long (180), Extended.',
  },
  resolution_tiers: {
    shape: resolutionTiers,
    doc: 'Resolution rates in percent from which an agent is fair, and good. Default 85 and 95.',
  },
  suggested_actions: {
    shape: list(suggestedAction),
    doc: 'What to do about a customer: the first condition that holds is suggested. `[]` suggests nothing.',
  },
  as_of: { shape: isoDate, doc: 'Day the figures are seen from. Default: that of the newest counted sale.' },
})

export type WrittenRules = Read<typeof rulesShape>
