import type { FieldRef, Row, TopN, Visual, VisualType } from './types.ts'

export const column = (table: string, name: string): FieldRef => ({ table, name, kind: 'column' })
export const figure = (table: string, name: string): FieldRef => ({ table, name, kind: 'measure' })

type Placed = Visual & { readonly share: number }
type More = Partial<Pick<Visual, 'sort' | 'topN' | 'heat' | 'sync' | 'mode'>> & { readonly share?: number }

function visual(
  type: VisualType,
  title: string,
  alt: string,
  roles: Visual['roles'],
  { share = 1, ...more }: More = {},
): Placed {
  const key = [type, title, ...Object.values(roles).flatMap((list) => list.map(({ name }) => name))].join(' ')
  return { key, type, title, alt, roles, share, ...more }
}

export const row = (height: number, ...visuals: readonly Placed[]): Row => ({ height, visuals })

export const navigator = (): Placed =>
  visual('pageNavigator', 'Pages', 'Navigation: a button for each page of the report', {})

export const slicer = (of: FieldRef, mode: 'Dropdown' | 'Between' = 'Dropdown'): Placed =>
  visual(
    'slicer',
    of.name,
    `Filter: ${of.name}, on every page that has it`,
    { Values: [of] },
    { mode, sync: `${of.table}.${of.name}` },
  )

export const card = (of: FieldRef): Placed =>
  visual('cardVisual', of.name, `${of.name} for the filters chosen, as one number`, { Data: [of] })

export const bars = (
  title: string,
  category: FieldRef,
  value: FieldRef,
  more: More & { readonly top?: number; readonly also?: readonly FieldRef[] } = {},
): Placed => {
  const { top, also = [], ...rest } = more
  const topN: TopN | undefined = top === undefined ? undefined : { of: category, by: value, count: top }
  return visual(
    'clusteredBarChart',
    title,
    `Bars, the longest first: ${value.name} by ${category.name}${top === undefined ? '' : `, the first ${top}`}`,
    { Category: [category], Y: [value], ...(also.length > 0 ? { Tooltips: also } : {}) },
    { sort: { by: value, descending: true }, ...(topN ? { topN } : {}), ...rest },
  )
}

export const columns = (
  title: string,
  category: FieldRef,
  value: FieldRef,
  more: More & { readonly series?: FieldRef } = {},
): Placed => {
  const { series, ...rest } = more
  return visual(
    series ? 'columnChart' : 'clusteredColumnChart',
    title,
    `Columns in the order of ${category.name}: ${value.name}${series ? `, stacked by ${series.name}` : ''}`,
    { Category: [category], Y: [value], ...(series ? { Series: [series] } : {}) },
    { sort: { by: category, descending: false }, ...rest },
  )
}

export const lines = (
  title: string,
  category: FieldRef,
  values: readonly FieldRef[],
  more: More & { readonly series?: FieldRef } = {},
): Placed => {
  const { series, ...rest } = more
  return visual(
    'lineChart',
    title,
    `Line over ${category.name}: ${values.map(({ name }) => name).join(', ')}${series ? `, a line for each ${series.name}` : ''}`,
    { Category: [category], Y: values, ...(series ? { Series: [series] } : {}) },
    { sort: { by: category, descending: false }, ...rest },
  )
}

export const donut = (title: string, category: FieldRef, value: FieldRef, more: More = {}): Placed =>
  visual(
    'donutChart',
    title,
    `Shares of ${value.name} by ${category.name}`,
    { Category: [category], Y: [value] },
    more,
  )

export const matrix = (
  title: string,
  rows: FieldRef,
  across: FieldRef,
  value: FieldRef,
  more: More = {},
): Placed =>
  visual(
    'pivotTable',
    title,
    `Table of ${value.name}: ${rows.name} down, ${across.name} across; the darker a cell, the more`,
    { Rows: [rows], Columns: [across], Values: [value] },
    { heat: value, ...more },
  )

export const list = (title: string, values: readonly FieldRef[], more: More = {}): Placed =>
  visual('tableEx', title, `Table: ${values.map(({ name }) => name).join(', ')}`, { Values: values }, more)

export const scatter = (
  title: string,
  each: FieldRef,
  x: FieldRef,
  y: FieldRef,
  more: More & { readonly size?: FieldRef } = {},
): Placed => {
  const { size, ...rest } = more
  return visual(
    'scatterChart',
    title,
    `A point for each ${each.name}: ${x.name} to the right, ${y.name} upwards`,
    { Category: [each], X: [x], Y: [y], ...(size ? { Size: [size] } : {}) },
    rest,
  )
}
