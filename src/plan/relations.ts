import type { Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { conformedRelations, type Relation } from './conform.ts'
import { relationOf } from './names.ts'
import { ruleNames, ruleRelations } from './rules.ts'

/** Everything gold may read that is not itself a model. */
export const relationNames: readonly string[] = [
  ...Object.values(relationOf).map((name) => `conformed.${name}`),
  ...ruleNames.map((name) => `rules.${name}`),
]

export const relations = (d: Dialect, project: Project): Relation[] => [
  ...conformedRelations(d, project),
  ...ruleRelations(d, project),
]
