import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { api } from '../api.ts'
import type { FoundCustomer } from '../api-types.ts'
import { Combobox } from '../components/combobox.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Icon } from '../components/icon.tsx'
import type { PageInfo } from '../pages.ts'
import { type Loaded, useLoad } from '../query.ts'
import { carried, type Search } from '../state.ts'
import { strings } from '../strings.ts'
import { useNav } from './nav.tsx'

type Item =
  | { readonly kind: 'page'; readonly page: PageInfo }
  | { readonly kind: 'customer'; readonly customer: FoundCustomer }

/** Ctrl or Cmd and K: customers by name, email, phone or id (sent in a body, never in an address), and pages. */
export const CommandPalette = ({ onClose }: { onClose: () => void }) => {
  const [text, setText] = useState('')
  const { shown } = useNav()
  const wanted = useDeferredValue(text.trim())
  const found = useLoad(['search', wanted], (signal) => api.search(wanted, 12, signal), {
    enabled: wanted.length >= 2,
  })
  const open = useOpen(onClose)
  const customers = wanted.length >= 2 ? (found.data?.customers ?? []) : []
  const items: readonly Item[] = [
    ...shown
      .filter(({ title }) => title.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()))
      .map((page) => ({ kind: 'page' as const, page })),
    ...customers.map((customer) => ({ kind: 'customer' as const, customer })),
  ]
  const isBusy = wanted.length >= 2 && (found.state === 'loading' || found.stale || wanted !== text.trim())
  return (
    <Dialog title={strings.search.title} shape="top" bare onClose={onClose}>
      <div className="palette">
        <Combobox
          label={strings.search.placeholder}
          placeholder={strings.search.placeholder}
          text={text}
          onText={setText}
          items={items}
          keyOf={(item) =>
            item.kind === 'page' ? `page ${item.page.name}` : `customer ${item.customer.customerId}`
          }
          groupOf={({ kind }) => (kind === 'page' ? strings.search.pages : strings.search.customers)}
          render={(item) =>
            item.kind === 'page' ? <PageItem page={item.page} /> : <CustomerItem customer={item.customer} />
          }
          onPick={open}
          autoFocus
        />
        <p className="palette-foot" role="status">
          <span>{statusText(found, isBusy, wanted, customers.length, items.length)}</span>
          <span>{strings.search.hint}</span>
        </p>
      </div>
    </Dialog>
  )
}

const statusText = (
  { state, failure }: Pick<Loaded<unknown>, 'state' | 'failure'>,
  isBusy: boolean,
  wanted: string,
  customers: number,
  items: number,
): string => {
  if (wanted.length < 2) return ''
  // 409: what is shown cannot be searched, and the server says why.
  if (failure?.status === 409) return failure.message
  if (state === 'failed') return strings.search.failed
  if (isBusy) return strings.search.searching
  return customers === 0 ? strings.search.nothing : strings.search.results(items)
}

const useOpen = (onClose: () => void) => {
  const navigate = useNavigate()
  const now = useRouterState({ select: ({ location }) => location.search as Search })
  return (item: Item) => {
    const search = Object.fromEntries(Object.entries(now).filter(([key]) => carried.includes(key)))
    const to =
      item.kind === 'page' ? item.page.path : `/customers/${encodeURIComponent(item.customer.customerId)}`
    onClose()
    void navigate({ to: to as never, search: search as never })
  }
}

const PageItem = ({ page }: { page: PageInfo }) => (
  <>
    <Icon name={page.icon} />
    <span>{page.title}</span>
  </>
)

const CustomerItem = ({ customer }: { customer: FoundCustomer }) => (
  <>
    <Icon name="people" />
    <span className="palette-name">{customer.name ?? customer.customerId}</span>
    <span className="palette-detail">
      {[customer.customerId, customer.email, customer.city].filter((part) => part !== null).join(' · ')}
    </span>
    <span className="palette-matched">{strings.search.matched[customer.matched]}</span>
  </>
)
