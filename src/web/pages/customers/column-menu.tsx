import { Icon } from '../../components/icon.tsx'
import { Popover } from '../../components/popover.tsx'
import { CheckList } from '../../components/select.tsx'
import { useModel } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { usePage } from '../../use-page.ts'
import { type CustomerColumn, columnLabel, withSource } from './columns.ts'

const byDefault: readonly string[] = [
  'name',
  'customer_id',
  'customer_segment',
  'tier',
  'city',
  'orders',
  'total_spend',
  'last_purchase_date',
  'activity_status',
  'open_interactions',
]

/** Columns of the list: those of the address in its order, or a few that most people need. */
export const useShownColumns = (columns: readonly CustomerColumn[]): readonly string[] => {
  const { columns: asked } = usePage().state.own
  const model = useModel()
  const names = new Set(columns.map(({ name }) => name))
  const wanted = asked?.split(',').filter((name) => names.has(name)) ?? []
  if (wanted.length > 0) return wanted
  return withSource(byDefault, model).filter((name) => names.size === 0 || names.has(name))
}

export const ColumnMenu = ({
  columns,
  shown,
}: {
  columns: readonly CustomerColumn[]
  shown: readonly string[]
}) => {
  const page = usePage()
  const model = useModel()
  const toggle = (name: string) => {
    const next = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name]
    const isDefault = next.join() === withSource(byDefault, model).join()
    page.set({ columns: next.length === 0 || isDefault ? undefined : next.join(',') }, { replace: true })
  }
  return (
    <Popover
      className="button button-quiet"
      button={
        <>
          <Icon name="table" size={14} />
          {text.list.columns}
        </>
      }
    >
      {() => (
        <CheckList
          label={text.list.columns}
          options={columns.map(({ name }) => ({ value: name, label: columnLabel(name) }))}
          selected={shown}
          onToggle={toggle}
        />
      )}
    </Popover>
  )
}
