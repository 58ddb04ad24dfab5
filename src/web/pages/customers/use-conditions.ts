import { useMemo } from 'react'
import type { Condition } from '../../api-types.ts'
import { usePage } from '../../use-page.ts'
import type { CustomerColumn } from './columns.ts'
import { readConditions, withCondition, withoutColumn, writeConditions } from './conditions.ts'
import { setPrivateConditions, usePrivateConditions } from './private-conditions.ts'
import { conditionsOf, dimensionOf } from './use-customers.ts'

export interface Conditions {
  readonly all: readonly Condition[]
  /** Columns of the address that mean nothing here. */
  readonly dropped: readonly string[]
  readonly hasPrivate: boolean
  readonly isPersonal: (column: string) => boolean
  readonly put: (condition: Condition) => void
  readonly remove: (column: string) => void
  readonly replace: (conditions: readonly Condition[]) => void
  readonly clear: () => void
}

/** The filters of the list: those of the address, and in memory those on personal columns. */
export const useConditions = (columns: readonly CustomerColumn[]): Conditions => {
  const page = usePage()
  const inMemory = usePrivateConditions()
  const { where = '' } = page.state.own
  const read = useMemo(() => readConditions(where, columns), [where, columns])
  const fromReports = useMemo(() => conditionsOf(page.state.filters), [page.state.filters])
  const all = useMemo(
    () => [...fromReports, ...read.conditions, ...inMemory],
    [fromReports, read.conditions, inMemory],
  )
  const isPersonal = (column: string): boolean =>
    columns.find(({ name }) => name === column)?.personal ?? true

  const replace = (conditions: readonly Condition[]): void => {
    const open = conditions.filter(({ column }) => !isPersonal(column))
    setPrivateConditions(conditions.filter(({ column }) => isPersonal(column)))
    const dimensions = fromReports.flatMap(({ column }) => dimensionOf(column) ?? [])
    page.set({
      ...Object.fromEntries(dimensions.map((dimension) => [dimension, undefined])),
      where: writeConditions(open),
      offset: undefined,
    })
  }
  return {
    all,
    dropped: read.dropped,
    hasPrivate: inMemory.length > 0,
    isPersonal,
    put: (condition) => replace(withCondition(all, condition)),
    remove: (column) => replace(withoutColumn(all, column)),
    replace,
    clear: () => replace([]),
  }
}
