import type { Model } from '../model/types.ts'
import type { FieldRef, Page, Row, Visual } from './types.ts'

/** Which measures have nothing to show in the published version, by their labels. */
export type Empty = ReadonlySet<string>

/** Pages with what the model has: a visual without its fields or its data is not there, nor is a page without visuals. */
export function shownPages(pages: readonly Page[], model: Model, empty: Empty): readonly Page[] {
  return pages
    .filter(({ drillThrough }) => drillThrough === undefined || has(model, drillThrough))
    .map((page) => ({ ...page, rows: page.rows.map((row) => shownRow(row, model, empty)) }))
    .map((page) => ({ ...page, rows: page.rows.filter(({ visuals }) => visuals.length > 0) }))
    .filter(({ rows }) => rows.some(({ visuals }) => visuals.some(({ type }) => type !== 'slicer')))
}

const shownRow = ({ height, visuals }: Row, model: Model, empty: Empty): Row => ({
  height,
  visuals: visuals
    .map((visual) => withoutEmpty(visual, model, empty))
    .filter((visual) => fieldsOf(visual).every((field) => isShown(field, model, empty))),
})

/** A list or a line can do without one of its figures. */
function withoutEmpty<T extends Visual>(visual: T, model: Model, empty: Empty): T {
  if (visual.type !== 'tableEx' && visual.type !== 'lineChart') return visual
  const role = visual.type === 'tableEx' ? 'Values' : 'Y'
  const all = visual.roles[role] ?? []
  const kept = all.filter((field) => isShown(field, model, empty))
  const figures = kept.filter(({ kind }) => kind === 'measure')
  const wanted = all.some(({ kind }) => kind === 'measure')
  if (kept.length === 0 || (wanted && figures.length === 0)) return visual
  return { ...visual, roles: { ...visual.roles, [role]: kept } }
}

const isShown = (field: FieldRef, model: Model, empty: Empty): boolean =>
  has(model, field) && !(field.kind === 'measure' && empty.has(field.name))

export const fieldsOf = ({ roles, sort, topN, heat }: Visual): readonly FieldRef[] => [
  ...Object.values(roles).flat(),
  ...(sort ? [sort.by] : []),
  ...(topN ? [topN.of, topN.by] : []),
  ...(heat ? [heat] : []),
]

export function has(model: Model, { table, name, kind }: FieldRef): boolean {
  const found = model.tables.find((one) => one.name === table)
  const named = kind === 'column' ? found?.columns : found?.measures
  return named?.some((one) => one.name === name) ?? false
}
