import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { quarantineStrings } from '../../strings/quarantine.ts'

const strings = quarantineStrings.dismissDialog

export const DismissDialog = ({
  count,
  onClose,
  onConfirm,
}: {
  count: number
  onClose: () => void
  onConfirm: (why: string) => void
}) => {
  const id = useId()
  const [why, setWhy] = useState('')
  return (
    <Dialog title={strings.title(count)} onClose={onClose}>
      <p>{strings.text}</p>
      <div className="field">
        <label htmlFor={id}>{quarantineStrings.row.note}</label>
        <input
          id={id}
          type="text"
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>{strings.keep}</Button>
        <Button kind="primary" onClick={() => onConfirm(why.trim())}>
          {quarantineStrings.grid.dismiss}
        </Button>
      </div>
    </Dialog>
  )
}
