import { useEffect, useState } from 'react'
import type { Customers } from '../api-types.ts'
import { Button } from '../components/button.tsx'
import { LoadCard } from '../components/card.tsx'
import { Empty, Notice } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { useFormat } from '../session.tsx'
import { text } from '../strings/customers.ts'
import { strings } from '../strings.ts'
import { AudienceMenu, SaveAudience } from './customers/audiences.tsx'
import { ColumnMenu, useShownColumns } from './customers/column-menu.tsx'
import { ConditionBar } from './customers/condition-bar.tsx'
import { conditionsText } from './customers/condition-text.ts'
import { ExportDialog } from './customers/export-dialog.tsx'
import { CustomerTable, useOffset, useRowKeys, useSort } from './customers/list.tsx'
import { Pager } from './customers/pager.tsx'
import { Summary } from './customers/summary.tsx'
import { type Conditions, useConditions } from './customers/use-conditions.ts'
import { useCustomerColumns, useCustomers } from './customers/use-customers.ts'
import '../styles/people.css'

const size = 50

export const Page = () => {
  const format = useFormat()
  const columns = useCustomerColumns()
  const known = columns.data?.columns ?? []
  const conditions = useConditions(known)
  const { sort, onSort } = useSort({ by: 'total_spend', descending: true })
  const offset = useOffset()
  // The address is understood once the columns are known; asking earlier would show everybody for a moment.
  const enabled = columns.state !== 'loading'
  const customers = useCustomers({ conditions: conditions.all, sort, offset, limit: size }, { enabled })
  const everybody = useCustomers({ conditions: [], limit: 1 })
  const shown = useShownColumns(known)
  const list = useRowKeys()
  useEscape(conditions)
  const total = customers.data?.total
  return (
    <PageFrame
      title={strings.pages.customers}
      subtitle={
        total === undefined ? text.loading : text.subtitle(format.count(total), conditions.all.length === 0)
      }
      filters={false}
      actions={<Actions conditions={conditions} customers={customers.data} columns={known} />}
    >
      {conditions.dropped.length > 0 && columns.state === 'ready' ? (
        <Notice kind="warning">{text.filters.dropped(conditions.dropped.join(', '))}</Notice>
      ) : null}
      <ConditionBar columns={known} conditions={conditions} />
      <Summary loaded={customers} all={everybody.data?.total} />
      <div ref={list}>
        <LoadCard
          title={text.list.label}
          subtitle={text.list.hint}
          loaded={customers}
          lines={12}
          flush
          aside={<ColumnMenu columns={known} shown={shown} />}
          foot={(data) => <Pager total={data.total} size={size} />}
        >
          {(data) =>
            data.total === 0 ? (
              <Empty icon="people" title={text.list.nothing} hint={text.list.nothingHint}>
                <Button onClick={conditions.clear}>{text.filters.clear}</Button>
              </Empty>
            ) : (
              <CustomerTable
                label={text.list.label}
                customers={data}
                columns={shown}
                sort={sort}
                onSort={onSort}
              />
            )
          }
        </LoadCard>
      </div>
    </PageFrame>
  )
}

const Actions = ({
  conditions,
  customers,
  columns,
}: {
  conditions: Conditions
  customers: Customers | undefined
  columns: Parameters<typeof useConditions>[0]
}) => {
  const format = useFormat()
  const [open, setOpen] = useState<'save' | 'export' | null>(null)
  const close = () => setOpen(null)
  const typeOf = (name: string) => columns.find((column) => column.name === name)?.type ?? 'text'
  const isEmpty = customers === undefined || customers.total === 0
  return (
    <>
      <AudienceMenu conditions={conditions} />
      <Button icon="star" disabled={conditions.all.length === 0} onClick={() => setOpen('save')}>
        {text.audiences.save}
      </Button>
      <Button icon="download" disabled={isEmpty} onClick={() => setOpen('export')}>
        {text.export.open}
      </Button>
      {open === 'save' && customers ? (
        <SaveAudience conditions={conditions} total={customers.total} onClose={close} />
      ) : null}
      {open === 'export' && customers ? (
        <ExportDialog
          customers={customers}
          conditions={conditions.all}
          filters={conditionsText(conditions.all, typeOf, conditions.isPersonal, format)}
          onClose={close}
        />
      ) : null}
    </>
  )
}

/** Esc takes the last filter of the list away, as it does on the reports. */
const useEscape = ({ all, remove }: Conditions): void => {
  useEffect(() => {
    const last = all.at(-1)
    if (!last) return
    const listener = (event: KeyboardEvent) => {
      const isElsewhere = document.querySelector('dialog[open], .popover') !== null
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select')
      if (event.key !== 'Escape' || isElsewhere || isTyping) return
      event.preventDefault()
      remove(last.column)
    }
    document.addEventListener('keydown', listener, true)
    return () => document.removeEventListener('keydown', listener, true)
  }, [all, remove])
}
