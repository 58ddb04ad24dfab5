import { everySeed } from './every-seed.ts'
import { shop } from './shop.ts'

everySeed(shop, 4, 50)
