import { resolve, sep } from 'node:path'
import type { WrittenConfig } from './config-shape.ts'
import { type At, reject, repeatedItems } from './shape.ts'
import type { Project, Rules } from './types.ts'
import { didYouMean } from './words.ts'
import type { YamlFile } from './yaml.ts'

/** A project without its contracts and models. */
export type Config = Omit<Project, 'contracts' | 'models'>

const DEFAULT_TIERS = ['Bronze', 'Silver', 'Gold', 'Platinum']

/** Fills in the defaults of c360.yaml and checks what one key means for another; problems go to `file`. */
export function configFrom(root: string, written: WrittenConfig, file: YamlFile): Config {
  const { values } = written
  return {
    root,
    name: values.name ?? '',
    timeZone: values.time_zone ?? 'UTC',
    currency: values.currency ?? '',
    ...foldersFrom(root, written, file),
    ...(values.memory === undefined ? {} : { memory: values.memory }),
    ...(values.threads === undefined ? {} : { threads: values.threads }),
    keep: { versions: values.keep?.values.versions ?? 5, days: values.keep?.values.days ?? 30 },
    rules: rulesFrom(written, file),
    targets: targetsFrom(written, file),
  }
}

const FOLDERS = ['landing', 'lake', 'warehouse'] as const

function foldersFrom(root: string, { values, lines, line }: WrittenConfig, file: YamlFile) {
  const folders = {
    landing: resolve(root, values.landing ?? 'landing'),
    lake: resolve(root, values.lake ?? 'lake'),
    warehouse: resolve(root, values.warehouse ?? 'warehouse'),
  }
  const within = (inner: string, outer: string) => inner === outer || inner.startsWith(outer + sep)
  FOLDERS.forEach((one, index) => {
    for (const other of FOLDERS.slice(index + 1)) {
      if (!within(folders[one], folders[other]) && !within(folders[other], folders[one])) continue
      const at = { file, label: `\`${other}\``, line: lines[other] ?? lines[one] ?? line }
      reject(
        at,
        'same_folder',
        `\`${one}\` and \`${other}\` lie within each other`,
        'give each a folder of its own',
      )
    }
  })
  return folders
}

function rulesFrom(written: WrittenConfig, file: YamlFile): Rules {
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
  return {
    countedStatuses: statuses === 'all' ? 'all' : statuses.map(({ value }) => value),
    tierOrder,
    championTiers: championsFrom(values.champion_tiers, tierOrder, file),
    highValue: {
      percentile: values.high_value?.values.percentile ?? 0.9,
      population: values.high_value?.values.population ?? 'all_customers',
    },
    activeWithinMonths: values.active_within ?? 3,
    churnedAfterDays: values.churned_after ?? 30,
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

function targetsFrom({ values }: WrittenConfig, file: YamlFile): Project['targets'] {
  const targets: [string, Readonly<Record<string, unknown>>][] = []
  for (const { name, line, value } of values.targets ?? []) {
    const at = { file, label: `target \`${name}\``, line }
    if (value === undefined) continue
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      reject(at, 'wrong_type', `${at.label} must be a mapping of keys to values`)
    else if (!('engine' in value) || typeof value.engine !== 'string')
      reject(
        at,
        'missing_key',
        `${at.label} has no \`engine\``,
        'add `engine:`, for example `engine: snowflake`',
      )
    else targets.push([name, { ...value }])
  }
  return Object.fromEntries(targets)
}
