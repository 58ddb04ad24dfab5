import { actionsFrom } from './config-actions.ts'
import type { WrittenRules } from './config-rules-shape.ts'
import type { WrittenConfig } from './config-shape.ts'
import { type At, type Named, reject, repeatedItems } from './shape.ts'
import type { Rules, SessionCategory } from './types.ts'
import { didYouMean } from './words.ts'
import type { YamlFile } from './yaml.ts'

const DEFAULT_TIERS = ['Bronze', 'Silver', 'Gold', 'Platinum']

/** Rates in percent. */
export const DEFAULT_RESOLUTION_TIERS: Rules['resolutionTiers'] = { fair: 85, good: 95 }

/** The reference names Short to Very Long without saying the unit; a visit to a shop is told apart in seconds. */
const DEFAULT_CATEGORIES: readonly SessionCategory[] = [
  { name: 'Zero', upToSeconds: 0 },
  { name: 'Short', upToSeconds: 10 },
  { name: 'Medium', upToSeconds: 60 },
  { name: 'Long', upToSeconds: 120 },
  { name: 'Very Long', upToSeconds: 180 },
  { name: 'Extended' },
]

/** The business rules with their defaults; what contradicts itself is told to `file`. */
export function rulesFrom(written: WrittenConfig, file: YamlFile): Rules {
  const { values = {}, lines = {} } = written.values.rules ?? {}
  if (lines.counted_statuses === undefined) warnUncounted(written, file)
  const tierOrder = values.tier_order?.map(({ value }) => value) ?? DEFAULT_TIERS
  for (const repeated of repeatedItems(values.tier_order ?? []))
    reject(
      { file, label: '', line: repeated.line },
      'bad_value',
      `\`${repeated.value}\` stands twice in \`tier_order\``,
    )
  const statuses = values.counted_statuses ?? 'all'
  const churnedAfterDays = values.churned_after ?? 30
  return {
    countedStatuses: statuses === 'all' ? 'all' : statuses.map(({ value }) => value),
    tierOrder,
    championTiers: championsFrom(values.champion_tiers, tierOrder, file),
    tierPoints: tierPointsFrom(values.tier_points ?? [], tierOrder, file),
    highValue: {
      percentile: values.high_value?.values.percentile ?? 0.9,
      population: values.high_value?.values.population ?? 'all_customers',
    },
    activeWithinMonths: values.active_within ?? 3,
    churnedAfterDays,
    sessionCategories: categoriesFrom(values.session_categories, file),
    resolutionTiers: resolutionTiersFrom(values.resolution_tiers, file),
    suggestedActions: actionsFrom(values.suggested_actions, churnedAfterDays, file),
    ...(values.as_of === undefined ? {} : { asOf: values.as_of }),
  }
}

function warnUncounted({ lines, line }: WrittenConfig, file: YamlFile): void {
  file.report({
    code: 'no_counted_statuses',
    severity: 'warn',
    line: lines.rules ?? line,
    message: 'every transaction counts as a sale, whatever its status',
    hint: 'say which are sales: `rules: { counted_statuses: [Completed] }`, or `all`',
  })
}

function championsFrom(
  written: readonly At<string>[] | undefined,
  order: readonly string[],
  file: YamlFile,
): readonly string[] {
  for (const { value, line } of written ?? []) {
    const at = { file, label: '', line }
    if (!order.includes(value))
      reject(
        at,
        'bad_value',
        `\`${value}\` in \`champion_tiers\` is not in \`tier_order\``,
        didYouMean(value, order),
      )
  }
  return written?.map(({ value }) => value) ?? order.slice(-2)
}

/** Tiers rank by their order, so their points must rise with it. */
function tierPointsFrom(
  written: readonly Named<number>[],
  order: readonly string[],
  file: YamlFile,
): Rules['tierPoints'] {
  for (const { name, line } of written.filter(({ name }) => !order.includes(name)))
    reject(
      { file, label: '', line },
      'bad_value',
      `\`${name.slice(0, 60)}\` in \`tier_points\` is not in \`tier_order\``,
      didYouMean(name, order),
    )
  const known = order.flatMap((tier) => written.find(({ name }) => name === tier) ?? [])
  known.forEach(({ name, line, value }, index) => {
    const below = known[index - 1]
    if (value !== undefined && below?.value !== undefined && value <= below.value)
      reject(
        { file, label: '', line },
        'bad_value',
        `${name} begins at ${value} points, and ${below.name}, the tier below, at ${below.value}`,
        'points rise with `tier_order`',
      )
  })
  return Object.fromEntries(known.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

function resolutionTiersFrom(
  written: WrittenRules['values']['resolution_tiers'],
  file: YamlFile,
): Rules['resolutionTiers'] {
  const { fair, good } = { ...DEFAULT_RESOLUTION_TIERS, ...written?.values }
  if (written && fair >= good)
    reject(
      { file, label: '', line: written.line },
      'bad_value',
      `\`resolution_tiers\`: fair begins at ${fair} % and good at ${good} %`,
      '`good` must be the higher rate',
    )
  return { fair, good }
}

type WrittenCategories = NonNullable<WrittenRules['values']['session_categories']>

function categoriesFrom(written: WrittenCategories | undefined, file: YamlFile): readonly SessionCategory[] {
  if (written === undefined) return DEFAULT_CATEGORIES
  written.forEach(({ value, line }, index) => {
    const at = { file, label: '', line }
    const last = index === written.length - 1
    const [end, before] = [value.values.up_to, written[index - 1]?.value.values.up_to]
    if (written.findIndex((other) => other.value.values.name === value.values.name) < index)
      reject(at, 'bad_value', `\`${value.values.name}\` stands twice in \`session_categories\``)
    if (last && value.lines.up_to !== undefined)
      reject(at, 'bad_value', 'the last category must have no `up_to`', 'it takes all longer sessions')
    if (!last && value.lines.up_to === undefined)
      reject(
        at,
        'missing_key',
        'a category before the last has no `up_to`',
        'for example `up_to: 10 seconds`',
      )
    if (end !== undefined && before !== undefined && end <= before)
      reject(at, 'bad_value', 'categories must stand in order of `up_to`, shortest first')
  })
  return written.map(({ value: { values } }) => ({
    name: values.name ?? '',
    ...(values.up_to === undefined ? {} : { upToSeconds: values.up_to }),
  }))
}
