import { plainData } from './plain-data.ts'
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
import { currency, days, filled, folder, isoDate, months, textLike, timeZone } from './values.ts'

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

const rules = mapping({
  counted_statuses: {
    shape: listOr(list(word, 1), every),
    doc: 'Transaction statuses that are sales, or `all`. A row without a status always counts.',
  },
  tier_order: {
    shape: list(word, 1),
    doc: 'Loyalty tiers, lowest first. Default Bronze, Silver, Gold, Platinum.',
  },
  champion_tiers: { shape: list(word), doc: 'Tiers that make a loyalty champion. Default: the two highest.' },
  high_value: { shape: highValue, doc: 'Who is a high-value customer.' },
  active_within: {
    shape: months,
    doc: 'A customer who bought within this time is active. Default 3 months.',
  },
  churned_after: { shape: days, doc: 'A customer silent for longer has churned. Default 30 days.' },
  as_of: { shape: isoDate, doc: 'Day the figures are seen from. Default: the newest counted fact.' },
})

const keep = mapping({
  versions: {
    shape: number({ min: 1, integer: true }),
    doc: 'How many published versions are kept. Default 5.',
  },
  days: {
    shape: number({ min: 1, integer: true }),
    doc: 'Versions older than this are removed. Default 30.',
  },
})

const memory = textLike(
  /^[1-9]\d*(\.\d+)? ?(MB|GB|TB|MiB|GiB|TiB)$/,
  'an amount of memory',
  'for example `2GB`',
)

export const configShape = mapping({
  version: {
    shape: turned(choice(['1']), (value) => value, { enum: [1] }),
    required: true,
    doc: 'Version of this file format: 1.',
  },
  name: { shape: filled, required: true, doc: 'Name of the project.' },
  description: { shape: filled, doc: 'For people; the program does not use it.' },
  time_zone: {
    shape: timeZone,
    required: true,
    doc: 'IANA time zone of the business, for example Europe/London.',
  },
  currency: { shape: currency, required: true, doc: 'ISO 4217 code of the one currency of the project.' },
  landing: { shape: folder, doc: 'Folder the files arrive in. Default `landing`.' },
  lake: { shape: folder, doc: 'Folder of the bronze tables. Default `lake`.' },
  warehouse: { shape: folder, doc: 'Folder of the published versions. Default `warehouse`.' },
  memory: { shape: memory, doc: 'Most memory the engine may use, for example 2GB.' },
  threads: { shape: number({ min: 1, integer: true }), doc: 'Threads the engine may use.' },
  keep: { shape: keep, doc: 'Which published versions are kept for `c360 rollback`.' },
  rules: { shape: rules, doc: 'The business rules every figure depends on.' },
  targets: {
    shape: named(plainData, (name) => `target \`${name}\``),
    doc: 'Further engines by name; each says its `engine`.',
  },
})

export type WrittenConfig = Read<typeof configShape>
