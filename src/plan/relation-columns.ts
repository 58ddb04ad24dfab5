import { entities } from '../model/entities.ts'
import {
  BIGINT,
  BOOLEAN,
  type Columns,
  DATE,
  decimal,
  INTEGER,
  TEXT,
  TIMESTAMP,
  typeOfField,
} from '../sql/types.ts'
import { relationOf } from './names.ts'
import type { ruleNames } from './rules.ts'

const rules: Readonly<Record<(typeof ruleNames)[number], Columns>> = {
  counted_statuses: [['status', TEXT]],
  tiers: [
    ['tier', TEXT],
    ['tier_rank', INTEGER],
    ['is_champion', BOOLEAN],
    ['from_points', BIGINT],
  ],
  high_value: [
    ['percentile', decimal(9, 6)],
    ['population', TEXT],
  ],
  activity: [
    ['active_months', INTEGER],
    ['churn_days', INTEGER],
  ],
  calendar: [
    ['time_zone', TEXT],
    ['currency', TEXT],
    ['as_of', DATE],
  ],
  session_categories: [
    ['session_category', TEXT],
    ['category_rank', INTEGER],
    ['from_seconds', INTEGER],
    ['to_seconds', INTEGER],
  ],
  suggested_actions: [
    ['action_rank', INTEGER],
    ['condition', TEXT],
    ['action', TEXT],
    ['over_days', INTEGER],
    ['from_days', INTEGER],
    ['to_days', INTEGER],
    ['within_points', BIGINT],
  ],
}

const conformed = entities.map(({ name, fields }): readonly [string, Columns] => [
  `conformed.${relationOf[name]}`,
  [
    ...fields.map(({ name: field, type }) => [field, typeOfField(type)] as const),
    ...fields
      .filter(({ type }) => type === 'timestamp')
      .map(({ name: field }) => [`${field}_local`, TIMESTAMP] as const),
    ['source', TEXT],
  ],
])

/** The columns of everything gold reads that is not a model, by `conformed.<name>` and `rules.<name>`. */
export const relationColumns: ReadonlyMap<string, Columns> = new Map([
  ...conformed,
  ...Object.entries(rules).map(([name, columns]) => [`rules.${name}`, columns] as const),
])
