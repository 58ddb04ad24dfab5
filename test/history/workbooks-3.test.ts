import { everySeed } from './every-seed.ts'
import { market } from './market.ts'

everySeed(market, 3, 12)
