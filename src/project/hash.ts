import { createHash } from 'node:crypto'
import type { Contract } from './types.ts'

/** SHA-256 (hex) of the canonical JSON of plain data: keys sorted, absent and `undefined` keys the same, numbers and texts apart. */
export function stableHash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}

/**
 * Hash of everything in a contract that decides its silver rows. Where its files lie, how fresh they must be, whose word
 * wins in gold and where the contract was written are left out: changing those rebuilds nothing.
 */
export function contractHash(contract: Contract): string {
  const {
    source: _source,
    file: _file,
    files: _files,
    freshnessHours: _fresh,
    precedence: _rank,
    columns,
    ...decisive
  } = contract
  return stableHash({ ...decisive, columns: columns.map(({ line: _line, ...column }) => column) })
}
