import { useNavigate } from '@tanstack/react-router'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat, useModel, useSession } from '../session.tsx'
import { storeStrings as text } from '../strings/stores.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { StoreList } from './stores/list.tsx'
import { PlacesTile, StoreScatter } from './stores/places.tsx'
import { useStores } from './stores/use-stores.ts'

/** Stores: all of them in a list, each of which opens. */
export const Page = () => {
  const page = usePage()
  const format = useFormat()
  const { dimensions } = useModel()
  const navigate = useNavigate()
  const { asks, stores } = useStores()
  const known = useSession().stores.length
  const place = (['store_state', 'store_city'] as const).find((name) => dimensions.get(name)?.hasData)
  const open = (id: string): void =>
    void navigate({
      to: `/stores/${encodeURIComponent(id)}` as never,
      search: ((now: Record<string, string>) => ({ ...now, store: undefined, sort: undefined })) as never,
    })
  return (
    <PageFrame
      title={strings.pages.stores}
      subtitle={text.subtitle(
        format.count(Math.max(known, stores.length)),
        page.period ? format.period(page.period) : text.allDates,
      )}
    >
      <Tiles>
        <StoreList asks={asks} stores={stores} />
        <StoreScatter asks={asks} stores={stores} span={place ? 7 : 12} onOpen={open} />
        {place ? <PlacesTile dimension={place} /> : null}
      </Tiles>
    </PageFrame>
  )
}
