import { useState } from 'react'
import { ExplainDrawer } from '../../components/explain-drawer.tsx'
import { Icon } from '../../components/icon.tsx'
import { useModel } from '../../session.tsx'
import { text } from '../../strings/profile.ts'

const measures = ['revenue', 'orders', 'aov', 'interactions', 'sessions', 'points_issued']

/** From the customer's figures to the rows of the files, by the measures of which they are the customer's part. */
export const ExplainCustomer = ({ id }: { id: string }) => {
  const { has } = useModel()
  const [isOpen, setOpen] = useState(false)
  const known = measures.filter(has)
  if (known.length === 0) return null
  return (
    <>
      <button type="button" className="link-button explain-link" onClick={() => setOpen(true)}>
        <Icon name="info" size={13} /> {text.explain}
      </button>
      {isOpen ? (
        <ExplainDrawer
          query={{ measures: known, filters: { values: { customer: [id] } } }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  )
}
