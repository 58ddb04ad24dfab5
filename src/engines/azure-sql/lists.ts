import { inSteps } from './steps.ts'

// T-SQL has no lists: they are texts of JSON, every item as text.
const item = (x: string): string =>
  `coalesce('"' + string_escape(cast(${x} as varchar(max)), 'json') + '"', 'null')`

const listed = (items: string): string => `concat('[', ${items}, ']')`

export const list = (x: string): string => listed(`string_agg(cast(${item(x)} as varchar(max)), ',')`)

/** An empty list adds nothing, and no comma. */
export const joinedLists = (x: string): string =>
  listed(`string_agg(nullif(substring(${x}, 2, len(${x}) - 2), ''), ',')`)

/** By value where all are numbers, else by text. */
export const sortedList = (x: string): string =>
  inSteps(
    [{ x }],
    `(select ${listed(`string_agg(cast(${item('value')} as varchar(max)), ',') within group (order by try_convert(float, value), value)`)} from openjson(x))`,
  )
