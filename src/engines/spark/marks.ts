import type { Remembering } from '../engine.ts'

/** Delta keeps what a table held by the numbers of its versions, as long as nobody vacuums them away (a week, if not told otherwise). */
export const marks: Remembering = {
  read: (table) => `describe history ${table} limit 1`,
  of: ({ version }) => String(version),
  restore: (table, mark) => [`restore table ${table} to version as of ${mark}`],
  at: (table, mark) => `select * from ${table} version as of ${mark}`,
}
