import type { Compared } from './columns.ts'

/**
 * A row as one text that no other row has: fields behind `|`, `-` for NULL and `=` before a value. Only texts can hold
 * those signs themselves. Columns go by name, so that the order in which a side has them does not matter.
 */
function rowText({ dialect, exact }: Compared, aliases: readonly string[]): string {
  const { literal, replaced, concat } = dialect
  const fields = exact
    .filter(({ alias }) => aliases.includes(alias))
    .sort((x, y) => (x.name < y.name ? -1 : 1))
    .map(({ alias, kind }) => {
      const value = kind === 'text' ? replaced(replaced(alias, '~', '~0'), '|', '~1') : alias
      return `coalesce(${concat([literal('|='), value])}, ${literal('|-')})`
    })
  return concat([literal(''), ...fields])
}

/** Rows with the hash of their key (k) and of the whole row without doubles (r). */
function hashed(compared: Compared): string {
  const { dialect, table, exact, doubles, key } = compared
  const columns = [
    ...exact.map(({ alias, canonical }) => `${canonical} as ${alias}`),
    ...doubles.map(({ alias, value }) => `${value} as ${alias}`),
  ]
  const all = exact.map(({ alias }) => alias)
  const hash = (aliases: readonly string[]) => dialect.md5(rowText(compared, aliases))
  return `select t.*, ${hash(key)} as k, ${hash(all)} as r from (select ${columns.join(', ')} from ${table}) t`
}

/**
 * One scan of a table. The answer by position: rows; the two checksums of whole rows; then per exact column its values
 * that are not NULL and their checksum; then per double column its values that are not NULL.
 */
export function checksumSql(compared: Compared): string {
  const { dialect, exact, doubles } = compared
  const sums = [
    `${dialect.count('*')} as n`,
    `${dialect.exactSum(dialect.low60('r', 0))} as r0`,
    `${dialect.exactSum(dialect.low60('r', 1))} as r1`,
    ...exact.flatMap(({ alias }) => [
      `${dialect.count(alias)} as n${alias}`,
      `${dialect.exactSum(dialect.low60(dialect.md5(alias), 0))} as s${alias}`,
    ]),
    ...doubles.map(({ alias }) => `${dialect.count(alias)} as n${alias}`),
  ]
  return `select ${sums.join(', ')} from (${hashed(compared)}) h`
}

/** Rows and their checksums per share of the keys: a share is named by the first digits of the keys' hashes. */
export function sharesSql(compared: Compared, digits: number): string {
  const { dialect } = compared
  const sums = [0, 1].map((half) => `${dialect.exactSum(dialect.low60('r', half as 0 | 1))} as r${half}`)
  const share = dialect.prefix('k', digits)
  return `select ${share} as share_of_keys, ${dialect.count('*')} as n, ${sums.join(', ')} from (${hashed(compared)}) h group by ${share}`
}

/** Rows of some shares of the keys (all without `shares`), sorted in the same way in every engine: k, r, the wanted exact columns, the doubles. */
export function sortedRowsSql(
  compared: Compared,
  wanted: readonly string[],
  shares?: readonly string[],
): string {
  const { dialect, exact, doubles } = compared
  const columns = [
    'k',
    'r',
    ...exact.filter(({ name }) => wanted.includes(name)).map(({ alias }) => alias),
    ...doubles.map(({ alias }) => alias),
  ]
  const where = shares
    ? ` where ${dialect.prefix('k', shares[0]?.length ?? 0)} in (${shares.map(dialect.literal).join(', ')})`
    : ''
  return `select ${columns.join(', ')} from (${hashed(compared)}) h${where} order by k, r`
}
