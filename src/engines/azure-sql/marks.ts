import type { Marks } from '../engine.ts'
import { unicode } from './names.ts'

/**
 * A run is one transaction here: what dies is undone by the server, and nothing has to be taken back. A mark only says whether a
 * table was made anew.
 */
export const marks: Marks = {
  read: (table) =>
    `select convert(varchar(30), create_date, 126) as mark from sys.objects where object_id = object_id(${unicode(table)})`,
  of: ({ mark }) => String(mark),
  restore: () => [],
  at: (table) => `select * from ${table}`,
}
