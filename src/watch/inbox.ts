import { setTimeout as pause } from 'node:timers/promises'
import type { QueueClient, QueueServiceClient, ReceivedMessageItem } from '@azure/storage-queue'
import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { readMessage } from './event-grid.ts'
import { isLost, openQueues, type Queue, queueFailure } from './queue-client.ts'
import type { Tell } from './types.ts'

export interface InboxOptions {
  readonly project: Project
  readonly queue: Queue
  readonly signal: AbortSignal
  /** Something landed. */
  readonly ring: () => void
  readonly tell: Tell
  readonly policy?: Partial<InboxPolicy>
}

export interface InboxPolicy {
  /** Milliseconds between two looks into an empty queue. */
  readonly everyMs: number
  /** Seconds a message is hidden from others while it is held; renewed long before. */
  readonly hiddenSeconds: number
  /** Seconds until a message comes back whose run failed; times how often it came. */
  readonly againSeconds: number
  /** A message that came more often is put aside. */
  readonly deliveries: number
}

const defaults: InboxPolicy = { everyMs: 5_000, hiddenSeconds: 300, againSeconds: 60, deliveries: 5 }

/** A message about landing files, hidden from other readers until a run has done with it. */
export interface Held {
  readonly id: string
  /** The last receipt: another one after every renewal. */
  receipt: string
  readonly deliveries: number
}

const AT_ONCE = 32

/**
 * The queue that Event Grid writes to. An event only wakes: what is read is what the listing shows, so a message that is lost or put
 * aside costs time and no data. A message is deleted when a run that began after it came has ended well (`done`), and comes back
 * by itself when it did not, or when this process dies.
 */
export class Inbox {
  private readonly options: InboxOptions
  private readonly policy: InboxPolicy
  private readonly held = new Map<string, Held>()
  private service: Promise<QueueServiceClient> | undefined
  private isFailing = false
  /** Resolves when it no longer reads. */
  readonly ended: Promise<void>

  constructor(options: InboxOptions) {
    this.options = options
    this.policy = { ...defaults, ...options.policy }
    this.ended = this.readOn()
  }

  /** What a run that begins now will have seen. */
  take(): readonly Held[] {
    return [...this.held.values()]
  }

  async done(batch: readonly Held[]): Promise<void> {
    await this.each(batch, (queue, { id, receipt }) => queue.deleteMessage(id, receipt))
  }

  /** Lets them come back, later each time. */
  async release(batch: readonly Held[]): Promise<void> {
    await this.each(batch, (queue, { id, receipt, deliveries }) =>
      queue.updateMessage(id, receipt, undefined, this.policy.againSeconds * deliveries),
    )
  }

  private async each(
    batch: readonly Held[],
    work: (queue: QueueClient, held: Held) => Promise<unknown>,
  ): Promise<void> {
    for (const { id } of batch) this.held.delete(id)
    // Whatever cannot be told to the queue now, comes back when it is no longer hidden.
    const queue = await this.open().catch(() => undefined)
    if (queue) await Promise.allSettled(batch.map((held) => work(queue, held)))
  }

  private async readOn(): Promise<void> {
    const { signal } = this.options
    let renewed = Date.now()
    while (!signal.aborted) {
      const found = await this.receive()
      if (Date.now() - renewed > (this.policy.hiddenSeconds * 1000) / 3) {
        renewed = Date.now()
        await this.renew()
      }
      if (found < AT_ONCE) await pause(this.policy.everyMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** How many came; failures are told once until it works again. */
  private async receive(): Promise<number> {
    const { signal, tell, queue } = this.options
    try {
      const client = await this.open()
      const { receivedMessageItems: items } = await client.receiveMessages({
        numberOfMessages: AT_ONCE,
        visibilityTimeout: this.policy.hiddenSeconds,
        abortSignal: signal,
      })
      if (this.isFailing) tell({ type: 'note', severity: 'info', message: 'The queue can be read again.' })
      this.isFailing = false
      for (const item of items) await this.sort(client, item)
      if (this.held.size > 0 && items.length > 0) this.options.ring()
      return items.length
    } catch (error) {
      if (signal.aborted) return 0
      // Whatever it was, the next try enters anew: a key may have been changed.
      this.service = undefined
      const { message, hint } = queueFailure(error, queue)
      if (!this.isFailing)
        tell({
          type: 'note',
          severity: 'warn',
          message: `${message} ${hint} New files are found by looking.`,
        })
      this.isFailing = true
      return 0
    }
  }

  private async sort(client: QueueClient, item: ReceivedMessageItem): Promise<void> {
    const { messageId: id, popReceipt: receipt, dequeueCount: deliveries, messageText } = item
    const told = readMessage(messageText, this.options.project.landing)
    if (told.kind === 'unreadable') return this.putAside(client, item, 'is no event of Event Grid')
    if (told.kind === 'other') {
      await client.deleteMessage(id, receipt)
      const message = `A message about something else was taken off the queue: ${told.what}.`
      return this.options.tell({ type: 'note', severity: 'info', message })
    }
    if (deliveries > this.policy.deliveries)
      return this.putAside(client, item, `came ${deliveries} times and no run did with it (${told.names[0]})`)
    this.held.set(id, { id, receipt, deliveries })
  }

  /** Into the queue `<name>-poison`, as Azure Functions do it; where that may not be, the warning is what stays. */
  private async putAside(client: QueueClient, item: ReceivedMessageItem, why: string): Promise<void> {
    const { account, name } = this.options.queue
    const poison = `${name}-poison`
    const kept = await this.keepAside(poison, item.messageText).catch(() => false)
    await client.deleteMessage(item.messageId, item.popReceipt)
    const where = kept ? `; it lies in az://${account}/${poison} now` : ''
    const message = `A message of the queue ${why}; it was put aside${where}.`
    this.options.tell({ type: 'note', severity: 'warn', message })
  }

  private async keepAside(name: string, text: string): Promise<boolean> {
    const queue = (await this.entered()).getQueueClient(name)
    await queue.createIfNotExists()
    await queue.sendMessage(text)
    return true
  }

  /** Held messages stay hidden for as long as the run takes. */
  private async renew(): Promise<void> {
    const queue = await this.open().catch(() => undefined)
    if (!queue) return
    for (const held of this.held.values())
      try {
        const { popReceipt } = await queue.updateMessage(
          held.id,
          held.receipt,
          undefined,
          this.policy.hiddenSeconds,
        )
        held.receipt = popReceipt ?? held.receipt
      } catch (error) {
        if (isLost(error)) this.held.delete(held.id)
      }
  }

  private async open(): Promise<QueueClient> {
    return (await this.entered()).getQueueClient(this.options.queue.name)
  }

  private entered(): Promise<QueueServiceClient> {
    const { project, queue } = this.options
    this.service ??= openQueues(project, queue).then((service) => {
      if (service.accountName === '' || service.accountName === queue.account) return service
      throw new C360Error(
        'NO_ACCESS',
        `The connection string of \`azure.storage.${queue.account}\` is one of another account.`,
      )
    })
    return this.service
  }
}
