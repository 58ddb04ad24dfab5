import { everySeed } from './every-seed.ts'
import { market } from './market.ts'

everySeed(market, 1, 12)
