import { useState } from 'react'
import type { Condition } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import type { Sort } from '../../components/data-table.tsx'
import { Icon } from '../../components/icon.tsx'
import { Empty } from '../../components/notice.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { dimensionLabel } from '../../labels.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { strings } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import { withSource } from './columns.ts'
import { conditionsText } from './condition-text.ts'
import { writeConditions } from './conditions.ts'
import { ExportDialog } from './export-dialog.tsx'
import { CustomerTable, useOffset, useSort } from './list.tsx'
import { Pager } from './pager.tsx'
import { notFollowed, useCustomerColumns, useCustomers } from './use-customers.ts'

const size = 15

/** Customers behind a report: the same filters as conditions, with the way to the full list, and an export. */
export const MemberList = ({
  title,
  conditions,
  columns,
  byDefault,
  span,
  summary,
}: {
  title: string
  conditions: readonly Condition[]
  columns: readonly string[]
  byDefault: Sort
  span: 7 | 12
  /** In words: how many they are and what they are worth. */
  summary: (count: string, money: string) => string
}) => {
  const format = useFormat()
  const { sort, onSort } = useSort(byDefault)
  const offset = useOffset()
  const loaded = useCustomers({ conditions, sort, offset, limit: size })
  const page = usePage()
  const model = useModel()
  return (
    <LoadCard
      title={title}
      subtitle={<NotFollowed />}
      span={span}
      loaded={loaded}
      lines={10}
      flush
      aside={<MemberActions title={title} conditions={conditions} loaded={loaded} />}
      foot={(data) => (
        <>
          <span data-members={data.total}>
            {summary(format.count(data.total), format.compact(data.revenue, 'money'))}
          </span>
          <Pager total={data.total} size={size} />
        </>
      )}
    >
      {(data) =>
        data.total === 0 ? (
          <Empty icon="people" title={text.list.nothing}>
            {page.hasFilters ? <Button onClick={page.clearAll}>{strings.tile.clear}</Button> : null}
          </Empty>
        ) : (
          <CustomerTable
            label={title}
            customers={data}
            columns={withSource(columns, model)}
            sort={sort}
            onSort={onSort}
          />
        )
      }
    </LoadCard>
  )
}

const MemberActions = ({
  title,
  conditions,
  loaded,
}: {
  title: string
  conditions: readonly Condition[]
  loaded: ReturnType<typeof useCustomers>
}) => {
  const format = useFormat()
  const [isExporting, setExporting] = useState(false)
  const columns = useCustomerColumns().data?.columns ?? []
  const columnOf = (name: string) => columns.find((column) => column.name === name)
  const { data } = loaded
  return (
    <>
      <PageLink
        to="/customers"
        search={{ where: writeConditions(conditions) }}
        className="button button-quiet"
      >
        <Icon name="external" size={14} />
        {text.list.openAll}
      </PageLink>
      <Button
        kind="quiet"
        icon="download"
        disabled={!data || data.total === 0}
        onClick={() => setExporting(true)}
      >
        {text.export.open}
      </Button>
      {isExporting && data ? (
        <ExportDialog
          title={title}
          customers={data}
          conditions={conditions}
          filters={conditionsText(
            conditions,
            (name) => columnOf(name)?.type ?? 'text',
            (name) => columnOf(name)?.personal ?? true,
            format,
          )}
          onClose={() => setExporting(false)}
        />
      ) : null}
    </>
  )
}

/** What a list of customers, as of the version, cannot follow. */
export const NotFollowed = () => {
  const page = usePage()
  const model = useModel()
  const names = notFollowed(page.state)
  if (names.length === 0) return null
  return (
    <span className="tile-mark" title={strings.tile.notFilteredHint}>
      <Icon name="filter" size={11} />
      {strings.tile.notFilteredBy(names.map((name) => dimensionLabel(model, name)).join(', '))}
    </span>
  )
}
