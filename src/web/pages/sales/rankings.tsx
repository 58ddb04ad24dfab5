import { CertifiedView } from '../../components/certified-view.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { salesStrings as text } from '../../strings/sales.ts'
import { usePage } from '../../use-page.ts'
import { RankingTable, TopSelect, topOf, useRanked, useRanking, useRankName, useWhole } from './ranking.tsx'

/** The originals' Top N of products by AOV; its heads rank it by revenue or orders as well. */
export const ProductsTile = ({ withCategories, span }: { withCategories: boolean; span: 8 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const { label } = useRankName()
  const by = [{ dimension: 'product' }, ...(withCategories ? [{ dimension: 'category' }] : [])]
  const ask = useRanking(by, ['product'])
  const whole = useWhole('product', ['product'], true)
  const rows = useRanked(ask, 'product', withCategories ? 'category' : undefined)
  return (
    <Tile
      title={text.products}
      subtitle={text.topBy(format.count(topOf(page)), label)}
      span={span}
      asks={[ask, ...whole.asks]}
      isEmpty={rows.length === 0}
      aside={<TopSelect />}
      foot={
        <>
          <span>{whole.unknownShare > 0 ? text.unknownProducts(format.share(whole.unknownShare)) : ''}</span>
          <CertifiedView table="average_order_value_by_product" />
        </>
      }
      flush
    >
      <RankingTable
        label={text.products}
        names={withCategories ? [text.product, text.category] : [text.product]}
        rows={rows}
        whole={whole.known}
        dimension="product"
      />
    </Tile>
  )
}

/** What each store sold. */
export const StoresTile = ({ span }: { span: 7 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const { label } = useRankName()
  const ask = useRanking([{ dimension: 'store' }], ['store'])
  const whole = useWhole('store', ['store'], true)
  const rows = useRanked(ask, 'store')
  return (
    <Tile
      title={text.stores}
      subtitle={text.topBy(format.count(topOf(page)), label)}
      span={span}
      asks={[ask, ...whole.asks]}
      isEmpty={rows.length === 0}
      aside={<PageLink to="/stores">{text.allStores}</PageLink>}
      foot={
        <>
          <span>{whole.unknownShare > 0 ? text.withoutStore(format.share(whole.unknownShare)) : ''}</span>
          <CertifiedView table="average_order_value_by_store" />
        </>
      }
      flush
    >
      <RankingTable
        label={text.stores}
        names={[text.store]}
        rows={rows}
        whole={whole.known}
        dimension="store"
      />
    </Tile>
  )
}
