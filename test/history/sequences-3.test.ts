import { everySeed } from './every-seed.ts'

everySeed(3)
