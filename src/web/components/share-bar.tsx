export interface Share {
  readonly key: string
  readonly label: string
  readonly value: number
  /** As written on hover, share included. */
  readonly title: string
  /** 1..5, a categorical colour. */
  readonly tone: number
  readonly selected?: boolean
}

/** Parts of a whole, side by side. The figures stand in a table below it, so to a screen reader it is one sentence. */
export const ShareBar = ({
  label,
  parts,
  onPick,
}: {
  label: string
  parts: readonly Share[]
  onPick?: (key: string) => void
}) => {
  const total = parts.reduce((sum, { value }) => sum + Math.max(0, value), 0)
  const anySelected = parts.some(({ selected }) => selected)
  if (total === 0) return null
  return (
    <div
      className={`shares ${anySelected ? 'has-selection' : ''}`}
      role="img"
      aria-label={`${label}: ${parts.map(({ title }) => title).join('; ')}`}
    >
      {parts
        .filter(({ value }) => value > 0)
        .map((part) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: a short cut for the pointer; the table below does the same by keyboard.
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
          <span
            key={part.key}
            className={`share tone-${part.tone} ${part.selected ? 'is-selected' : ''} ${onPick ? 'is-clickable' : ''}`}
            style={{ flexGrow: part.value / total }}
            title={part.title}
            onClick={onPick && (() => onPick(part.key))}
          />
        ))}
    </div>
  )
}

/** The square that ties a table's row to its part of a chart. */
export const Swatch = ({ tone }: { tone: number }) => (
  <span className={`swatch tone-${tone}`} aria-hidden="true" />
)
