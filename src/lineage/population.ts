import { entityNamed } from '../model/entities.ts'
import type { GoldModel, Reconciliation, Term } from '../model/gold-model.ts'
import { parseExpression } from '../sql/parse.ts'
import type { TableRead } from '../sql/reads.ts'
import { type Catalog, entityOf } from './catalog.ts'
import type { Printer } from './print.ts'
import { conjuncts } from './refs.ts'
import { bare, type Target } from './tag.ts'

/** The terms of a reconciliation that look at one relation, and what its rows must fulfil to count. */
export interface Population {
  readonly target: Target
  readonly terms: readonly Term[]
  /** True for a row that counts. */
  readonly counts: string
  /** Conditions that every term has: a row that breaks one of them is left out because of it. */
  readonly conditions: readonly string[]
  /** Conditions of any term as they are compared with those of a model. */
  readonly known: ReadonlySet<string>
}

export const pathOf = ({ schema, name }: TableRead): string =>
  (schema === undefined || schema.toLowerCase() === 'gold' ? name : `${schema}.${name}`).toLowerCase()

/** The columns that tell a relation's rows apart; undefined where nobody promises any. */
export function keyOf(catalog: Catalog, path: string): readonly string[] | undefined {
  const model = catalog.models.get(path)?.model
  if (model) return model.grain
  const entity = entityOf(path)
  if (!entity) return undefined
  const { kind, key } = entityNamed(entity)
  return kind === 'event' ? ['source', ...key] : key
}

/** A reconciliation relation by relation; undefined where its rows cannot be told (days, or a relation without a key). */
export async function populationsOf(
  catalog: Catalog,
  printer: Printer,
  { terms }: Reconciliation,
): Promise<readonly Population[] | undefined> {
  const groups = new Map<string, Term[]>()
  for (const term of terms) {
    const [relation] = term.relations
    if (term.aggregate === 'days' || !relation) return undefined
    const path = pathOf(relation)
    groups.set(path, [...(groups.get(path) ?? []), term])
  }
  const populations: Population[] = []
  for (const [path, list] of groups) {
    const key = keyOf(catalog, path)
    if (!key) return undefined
    populations.push(await populationOf(printer, { path, key }, list))
  }
  return populations
}

async function populationOf(printer: Printer, target: Target, terms: readonly Term[]): Promise<Population> {
  const parts = await Promise.all(terms.map(({ where }) => conditionsOf(printer, where)))
  const [first = [], ...others] = parts
  const shared = first.filter(({ text }) => others.every((list) => list.some((other) => other.text === text)))
  const counts = terms.map(({ where }) => (where === undefined ? 'true' : `coalesce((\n${where}\n), false)`))
  return {
    target,
    terms,
    counts: counts.join(' or '),
    conditions: shared.map(({ sql }) => sql),
    known: new Set(parts.flat().map(({ text }) => text)),
  }
}

async function conditionsOf(printer: Printer, where: string | undefined) {
  const parsed = where === undefined ? undefined : await parseExpression(where)
  if (!parsed?.ok) return []
  return conjuncts({ [parsed.query.kind]: parsed.query.fields }).map((part) => ({
    sql: printer.expression(part),
    text: bare(printer, part),
  }))
}

/** Reconciliations that say something about a column (or about the rows, without one). */
export const reconciliationsOf = (model: GoldModel, column: string | undefined): readonly Reconciliation[] =>
  model.reconciles.filter(
    ({ measure }) => column === undefined || measure?.toLowerCase() === column.toLowerCase(),
  )
