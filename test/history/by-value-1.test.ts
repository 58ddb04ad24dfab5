import { byValue } from './by-value.ts'
import { everySeed } from './every-seed.ts'

everySeed(byValue, 1, 16)
