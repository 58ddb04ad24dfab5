import type { Keeping } from '../engine.ts'

/**
 * Snowflake forgets what a table held that was replaced; a clone, which shares its data, is made for each version that
 * changed it. `kept` is the schema of the clones, quoted.
 */
export function marksIn(kept: string): Keeping {
  const clone = (table: string, mark: string): string => {
    const [, ...names] = [...table.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = '']) => name)
    return `${kept}."${[...names, mark].join('.')}"`
  }
  return {
    restore: (table, mark) => [`create or replace table ${table} clone ${clone(table, mark)} copy grants`],
    at: (table, mark) => `select * from ${clone(table, mark)}`,
    keep: (table, mark) => [`create or replace table ${clone(table, mark)} clone ${table}`],
    forget: (table, mark) => [`drop table if exists ${clone(table, mark)}`],
  }
}
