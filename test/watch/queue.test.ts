import { setTimeout as pause } from 'node:timers/promises'
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob'
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import type { Lab } from '../support/lab.ts'
import { file, published, shop, watching } from './support.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
  process.env.C360_TEST_LAKE_KEY = azurite.key
})
afterAll(async () => {
  delete process.env.C360_TEST_LAKE_KEY
  await azurite[Symbol.asyncDispose]()
})

let made = 0

interface Zone extends AsyncDisposable {
  readonly lab: Lab
  readonly container: ContainerClient
  readonly queue: QueueClient
  readonly poison: QueueClient
  readonly name: string
  upload(path: string, text: string): Promise<void>
}

/** A project whose files arrive in a container, with a queue unless told otherwise. */
async function zone(queueToo = true): Promise<Zone> {
  const lab = await shop()
  const name = `landing-${++made}`
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(name)
  await container.create()
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString)
  const queue = queues.getQueueClient(`told-${made}`)
  await queue.create()
  const config = `version: 1
name: shop
time_zone: UTC
currency: GBP
threads: 1
landing: abfss://${name}@${azurite.account}.dfs.core.windows.net/retail/in
azure:
  storage:
    ${azurite.account}:
      endpoint: ${azurite.blobEndpoint}
      queue_endpoint: ${azurite.queueEndpoint}
      account_key: \${env:C360_TEST_LAKE_KEY}
${queueToo ? `watch: { queue: "az://${azurite.account}/told-${made}" }` : ''}
`
  await lab.config(config)
  return {
    ...{ lab, container, queue, name },
    poison: queues.getQueueClient(`told-${made}-poison`),
    async upload(path, text) {
      await container.getBlockBlobClient(`retail/in/${path}`).upload(text, Buffer.byteLength(text))
    },
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}

const topic = () =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/${azurite.account}`

const gridEvent = (container: string, path: string, type = 'Microsoft.Storage.BlobCreated') => ({
  ...{ id: '1', topic: topic(), eventType: type, eventTime: '2026-01-01T00:00:00Z', dataVersion: '' },
  subject: `/blobServices/default/containers/${container}/blobs/${path}`,
  data: { api: 'PutBlob', url: `https://${azurite.account}.blob.core.windows.net/${container}/${path}` },
})

const cloudEvent = (container: string, path: string) => ({
  ...{ specversion: '1.0', id: '1', source: topic(), type: 'Microsoft.Storage.BlobCreated' },
  subject: `/blobServices/default/containers/${container}/blobs/${path}`,
})

const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')

const left = async (queue: QueueClient): Promise<number> =>
  (await queue.getProperties()).approximateMessagesCount ?? 0

const inbox = { everyMs: 50 }

test('an event of Event Grid starts a run, in both schemas, and is taken off when the run has ended well', async () => {
  await using at = await zone()
  const watcher = watching(at.lab, { inbox })
  await watcher.runs(1)
  expect(watcher.of('watching')[0]?.by).toEqual(['queue', 'polling'])
  await at.upload('orders-1.csv', file('Q1'))
  await at.queue.sendMessage(base64(gridEvent(at.name, 'retail/in/orders-1.csv')))
  await watcher.runs(2)
  await watcher.until(async () => (await left(at.queue)) === 0)
  expect(await published(at.lab)).toEqual(['Q1'])
  await at.upload('orders-2.csv', file('Q2'))
  await at.queue.sendMessage(base64([cloudEvent(at.name, 'retail/in/orders-2.csv')]))
  await watcher.runs(3)
  await watcher.until(async () => (await left(at.queue)) === 0)
  expect(await published(at.lab)).toEqual(['Q1', 'Q2'])
  expect(watcher.of('begins').map(({ reason }) => reason)).toEqual(['start', 'message', 'message'])
  await watcher.stop()
  expect(JSON.stringify(watcher.events)).not.toContain(azurite.key)
})

test('messages about something else are taken off, and unreadable ones are put aside', async () => {
  await using at = await zone()
  const watcher = watching(at.lab, { inbox })
  await watcher.runs(1)
  await at.queue.sendMessage(base64(gridEvent(at.name, 'elsewhere/orders.csv')))
  await at.queue.sendMessage(base64(gridEvent('other', 'retail/in/orders.csv')))
  await at.queue.sendMessage(base64(gridEvent(at.name, 'retail/in/a.csv', 'Microsoft.Storage.BlobDeleted')))
  await at.queue.sendMessage(base64('no event'))
  await watcher.until(() => watcher.of('note').length === 4)
  await watcher.until(async () => (await left(at.queue)) === 0)
  expect(
    watcher
      .of('note')
      .map(({ severity }) => severity)
      .sort(),
  ).toEqual(['info', 'info', 'info', 'warn'])
  const { receivedMessageItems: aside } = await at.poison.receiveMessages()
  expect(aside.map(({ messageText }) => messageText)).toEqual([base64('no event')])
  expect(watcher.of('begins')).toHaveLength(1)
  await watcher.stop()
})

test('a message whose run failed comes back until a run does with it', async () => {
  await using at = await zone()
  let calls = 0
  const watcher = watching(at.lab, {
    inbox: { ...inbox, againSeconds: 1 },
    doing: (real) => {
      if (++calls === 2) throw new C360Error('NO_ACCESS', 'not today')
      return real()
    },
  })
  await watcher.runs(1)
  await at.upload('orders.csv', file('R1'))
  await at.queue.sendMessage(base64(gridEvent(at.name, 'retail/in/orders.csv')))
  await watcher.until(() => watcher.of('failed').length === 1)
  expect(await left(at.queue)).toBe(1)
  await watcher.runs(2)
  expect(await published(at.lab)).toEqual(['R1'])
  await watcher.until(async () => (await left(at.queue)) === 0)
  await watcher.stop()
})

test('a message that came too often is put aside with a warning', async () => {
  await using at = await zone()
  const watcher = watching(at.lab, {
    inbox: { ...inbox, againSeconds: 1, deliveries: 1 },
    doing: async () => {
      throw new C360Error('NO_ACCESS', 'never')
    },
  })
  await at.queue.sendMessage(base64(gridEvent(at.name, 'retail/in/orders.csv')))
  await watcher.until(() => watcher.of('note').length === 1)
  expect(watcher.of('note')[0]).toMatchObject({ severity: 'warn' })
  expect(watcher.of('note')[0]?.message).toContain('retail/in/orders.csv')
  await watcher.until(async () => (await left(at.queue)) === 0)
  expect(await left(at.poison)).toBe(1)
  await watcher.stop()
})

test('a message is hidden for as long as its run takes, and a killed watcher gives it back', async () => {
  await using at = await zone()
  await at.upload('orders.csv', file('K1'))
  await at.queue.sendMessage(base64(gridEvent(at.name, 'retail/in/orders.csv')))
  const watcher = watching(at.lab, {
    inbox: { ...inbox, hiddenSeconds: 1 },
    doing: async (real) => {
      await pause(2_600)
      return real()
    },
  })
  await watcher.until(() => watcher.of('begins').length === 1)
  await pause(2_300)
  expect((await at.queue.peekMessages()).peekedMessageItems).toEqual([])
  // Ended without a word to the queue, as a process that is killed.
  await watcher.stop()
  await watcher.until(async () => (await at.queue.peekMessages()).peekedMessageItems.length === 1)
})

test('without a queue, looking at the listing finds new and replaced files, and opens none that are as they were', async () => {
  await using at = await zone(false)
  await at.upload('orders.csv', file('L1'))
  const watcher = watching(at.lab, { pollMs: 150 })
  await watcher.runs(1)
  await at.upload('orders.csv', file('L1', 'L2'))
  await watcher.runs(2)
  expect(await published(at.lab)).toEqual(['L1', 'L2'])
  await pause(500)
  expect(watcher.of('begins')).toHaveLength(2)
  await watcher.stop()
})

test('a queue and a container that are not there are told once each', async () => {
  await using at = await zone()
  await at.queue.delete()
  const watcher = watching(at.lab, { inbox, pollMs: 150 })
  await watcher.until(() => watcher.of('note').length === 1)
  expect(watcher.of('note')[0]?.message).toContain('There is no queue')
  await at.container.delete()
  await watcher.until(() => watcher.of('failed').length === 1)
  expect(watcher.of('failed')[0]?.failure.code).toBe('NOT_FOUND')
  await pause(500)
  expect(watcher.of('failed').length + watcher.of('note').length).toBe(2)
  expect((await watcher.stop()).failure?.code).toBe('NOT_FOUND')
})
