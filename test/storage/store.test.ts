import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { localStore } from '../../src/storage/local.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { newContainer } from './container.ts'
import { storeContract } from './contract.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite?.[Symbol.asyncDispose]())

storeContract('folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'c360-store-'))
  return {
    store: localStore(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
})

storeContract('container', () => newContainer(azurite))
storeContract('whole container in small parts', async () => {
  const made = await newContainer(azurite, '')
  const store = made.open({ policy: { partBytes: 2, parts: 3, pageSize: 2, atOnce: 2 } })
  return { store, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() }
})
