import { Icon } from '../../components/icon.tsx'
import { dimensionLabel } from '../../labels.ts'
import { useModel } from '../../session.tsx'
import { strings } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

/** The mark of a certified view, which stands as it is: no filter reaches it but those its tile follows by itself. */
export const NotFiltered = ({ subtitle, follows }: { subtitle: string; follows: readonly string[] }) => {
  const page = usePage()
  const model = useModel()
  const active = [...(page.period === null ? [] : ['date']), ...Object.keys(page.state.filters)]
  const names = active.filter((name) => !follows.includes(name))
  return (
    <>
      {subtitle}
      {names.length === 0 ? null : (
        <span className="tile-mark" title={strings.tile.notFilteredHint}>
          <Icon name="filter" size={11} />
          {strings.tile.notFilteredBy(names.map((name) => dimensionLabel(model, name)).join(', '))}
        </span>
      )}
    </>
  )
}
