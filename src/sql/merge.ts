import type { BronzeRows, Dialect } from './dialect.ts'

type Words = Pick<Dialect, 'ident' | 'table'>

/** What engines with MERGE and a bronze of their own (Spark, Snowflake) write alike. */
export const merging = ({ ident, table }: Words) => ({
  // The one clause without a condition: where several rows of the source match, the row is deleted all the same.
  deleteMatching: (name: string, as: string, using: string, usingAs: string, on: string): string =>
    `merge into ${name} as ${as} using ${using} as ${usingAs} on ${on} when matched then delete`,
  updateMatching(
    name: string,
    as: string,
    set: Readonly<Record<string, string>>,
    using: string,
    usingAs: string,
    on: string,
  ): string {
    const values = Object.entries(set).map(([column, value]) => `${as}.${ident(column)} = ${value}`)
    return `merge into ${name} as ${as} using ${using} as ${usingAs} on ${on} when matched then update set ${values.join(', ')}`
  },
  // The table has a column for every one that any of its files had.
  bronze: ({ table: source, deliveries }: BronzeRows): string =>
    deliveries
      ? `(select * from ${table('bronze', source)} where _delivery in (${deliveries.join(', ')}))`
      : table('bronze', source),
})
