import { type FileHandle, open, rm } from 'node:fs/promises'
import type { BlobDownloadResponseParsed } from '@azure/storage-blob'
import { C360Error } from '../errors.ts'
import { bare, isFolderMark, isNoObject, quoted } from './azure-answers.ts'
import { failureOf } from './azure-errors.ts'
import { type Mirror, synced } from './azure-mirror.ts'
import type { Send } from './azure-requests.ts'
import { eachOf } from './parallel.ts'
import type { TransferOptions } from './store.ts'

export interface TransferPolicy {
  /** Bytes of a part; so many times `parts` are in memory at most. */
  readonly partBytes: number
  /** Parts of one object that are on their way at a time. */
  readonly parts: number
}

/** An object of the container, as a transfer sees it. */
export interface Transfer {
  readonly send: Send
  readonly mirror: Mirror
  readonly policy: TransferPolicy
  /** Path below the store's root; `name` is the blob's. */
  readonly path: string
  readonly name: string
  /** For messages. */
  readonly doing: string
}

type Part = { readonly etag: string; readonly size: number; readonly content: Buffer }
type NoPart = 'absent' | 'unchanged' | 'changed'

const MOST_CHANGES = 5

/**
 * Makes the mirror's copy the object as it is now; false = there is none. Parts come side by side, each goes on where
 * its connection broke, and all are of one state: an object that changes meanwhile is begun anew.
 */
export async function download(transfer: Transfer, options: TransferOptions = {}): Promise<boolean> {
  const { mirror, path, doing } = transfer
  const known = await mirror.etag(path)
  for (let change = 0; change < MOST_CHANGES; change++) {
    const first = await readPart(
      transfer,
      0,
      known === undefined ? {} : { ifNoneMatch: quoted(known) },
      options.signal,
    )
    if (first === 'unchanged') return true
    if (first === 'absent') {
      await mirror.release(path)
      return false
    }
    if (first !== 'changed' && (await bring(transfer, first, options))) return true
  }
  throw new C360Error('FILE_CHANGED', `The object changed again and again while ${doing}.`)
}

/** False = the object changed. */
async function bring(transfer: Transfer, first: Part, options: TransferOptions): Promise<boolean> {
  const { mirror, path } = transfer
  const kept = await mirror.takeKept(path, first.etag)
  const temporary = kept ?? (await mirror.temporary(path))
  const arrived = new Arrived(transfer.policy.partBytes, first.size)
  try {
    const file = await open(temporary, kept ? 'r+' : 'wx')
    try {
      if (kept) arrived.upTo((await file.stat()).size)
      await fill(transfer, first, file, arrived, options)
      await file.sync()
    } finally {
      await file.close()
    }
    await mirror.install(path, temporary, first.etag)
    return true
  } catch (error) {
    const isBroken = error instanceof C360Error && error.code === 'STORAGE_UNREACHABLE'
    if (isBroken && arrived.whole > 0) await keep(transfer, temporary, arrived, first.etag)
    else await rm(temporary, { force: true })
    if (error === CHANGED) return false
    throw error
  }
}

const CHANGED = Symbol('the object is another one now')

async function fill(
  transfer: Transfer,
  first: Part,
  file: FileHandle,
  arrived: Arrived,
  { signal, onProgress }: TransferOptions,
): Promise<void> {
  const { partBytes, parts } = transfer.policy
  const put = async (index: number, content: Buffer) => {
    await file.write(content, 0, content.length, index * partBytes)
    arrived.add(index, content.length)
    onProgress?.(arrived.bytes)
  }
  if (!arrived.has(0)) await put(0, first.content)
  const range = { from: 1, to: Math.ceil(first.size / partBytes), most: parts }
  const lanes: Buffer[] = []
  const one = async (index: number, stop: AbortSignal, lane: number) => {
    if (arrived.has(index)) return
    lanes[lane] ??= Buffer.allocUnsafe(partBytes)
    const conditions = { ifMatch: quoted(first.etag) }
    const part = await readPart(transfer, index * partBytes, conditions, stop, lanes[lane])
    if (typeof part === 'string') throw CHANGED
    await put(index, part.content)
  }
  await eachOf(range, one, signal)
}

async function keep(
  { mirror, path }: Transfer,
  temporary: string,
  arrived: Arrived,
  etag: string,
): Promise<void> {
  const file = await open(temporary, 'r+')
  await file.truncate(arrived.whole).finally(() => file.close())
  await synced(temporary)
  await mirror.keep(path, temporary, etag)
}

/** Which parts of an object have come. */
class Arrived {
  bytes = 0
  private readonly done = new Set<number>()
  private readonly partBytes: number
  private readonly size: number

  constructor(partBytes: number, size: number) {
    this.partBytes = partBytes
    this.size = size
  }

  has(index: number): boolean {
    return this.done.has(index)
  }

  add(index: number, bytes: number): void {
    this.done.add(index)
    this.bytes += bytes
  }

  upTo(bytes: number): void {
    for (let index = 0; (index + 1) * this.partBytes <= Math.min(bytes, this.size); index++)
      this.add(index, this.partBytes)
  }

  /** Bytes from the beginning without a gap. */
  get whole(): number {
    let parts = 0
    while (this.done.has(parts)) parts++
    return Math.min(parts * this.partBytes, this.size)
  }
}

type Conditions = { readonly ifMatch?: string; readonly ifNoneMatch?: string }

/** Reads one part into memory; a try that breaks is followed by one for the bytes that are missing. */
async function readPart(
  { send, name, doing, policy }: Transfer,
  from: number,
  conditions: Conditions,
  signal: AbortSignal | undefined,
  into?: Buffer,
): Promise<Part | NoPart> {
  let part: Part | undefined
  let got = 0
  return send(
    doing,
    async ({ container, abortSignal, alive }) => {
      const blob = container.getBlobClient(name)
      const wanted = part ? { ifMatch: quoted(part.etag) } : conditions
      const length = (part?.content.length ?? policy.partBytes) - got
      try {
        const answer = await blob.download(from + got, length, { conditions: wanted, abortSignal })
        if (isFolderMark(answer)) return 'absent'
        part ??= emptyPart(answer, into)
        for await (const bytes of answer.readableStreamBody ?? []) {
          got += (bytes as Buffer).copy(part.content, got)
          alive()
        }
        if (got < part.content.length) throw new Error('received less data than required')
        return part
      } catch (error) {
        const { status, code } = failureOf(error)
        if (status === 304) return 'unchanged'
        if (status === 412) return 'changed'
        if (isNoObject(error)) return part || conditions.ifMatch ? 'changed' : 'absent'
        if (status !== 416 || code !== 'InvalidRange' || from > 0) throw error
        const found = await blob.getProperties({ abortSignal })
        if (isFolderMark(found)) return 'absent'
        const { etag = '', contentLength } = found
        return contentLength === 0 ? { etag: bare(etag), size: 0, content: Buffer.alloc(0) } : 'changed'
      }
    },
    signal,
  )
}

/** `Content-Range: bytes 0-7/100` says how large the whole is; without it the answer is the whole. */
function emptyPart(
  { contentRange, contentLength = 0, etag = '' }: BlobDownloadResponseParsed,
  into?: Buffer,
): Part {
  const whole = /\/(\d+)$/.exec(contentRange ?? '')?.[1]
  return {
    etag: bare(etag),
    size: whole === undefined ? contentLength : Number(whole),
    content: into?.subarray(0, contentLength) ?? Buffer.alloc(contentLength),
  }
}
