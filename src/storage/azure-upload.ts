import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { C360Error } from '../errors.ts'
import type { Transfer } from './azure-download.ts'
import { failureOf } from './azure-errors.ts'
import { eachOf } from './parallel.ts'
import type { TransferOptions } from './store.ts'

const MOST_BLOCKS = 50_000
const MOST_STARTS = 4

export interface Uploaded {
  readonly size: number
  readonly etag: string
}

/**
 * Writes a file of this machine as one object, block by block. The object changes when all blocks are there, in one
 * step. A block's id is made of its content, so blocks that an upload left behind when it broke are not sent again.
 */
export async function upload(
  transfer: Transfer,
  from: string,
  options: TransferOptions = {},
): Promise<Uploaded> {
  const file = await open(from, 'r')
  try {
    const before = await file.stat()
    if (!before.isFile()) throw new C360Error('USAGE', `${from} is not a file.`)
    const unchanged = async () => {
      const { size, mtimeMs } = await file.stat()
      if (size !== before.size || mtimeMs !== before.mtimeMs)
        throw new C360Error('FILE_CHANGED', `${from} changed while ${transfer.doing}.`)
    }
    const { size } = before
    const whole = size <= transfer.policy.partBytes
    const etag = whole
      ? await inOnePiece(transfer, file, size, unchanged, options)
      : await inBlocks(transfer, file, size, unchanged, options)
    return { size, etag }
  } finally {
    await file.close()
  }
}

async function inOnePiece(
  { send, name, doing }: Transfer,
  file: FileHandle,
  size: number,
  unchanged: () => Promise<void>,
  { signal, onProgress }: TransferOptions,
): Promise<string> {
  const content = await readBlock(file, 0, Buffer.allocUnsafe(size))
  await unchanged()
  const { etag = '' } = await send(
    doing,
    ({ container, abortSignal, alive }) =>
      container.getBlockBlobClient(name).upload(content, size, { abortSignal, onProgress: alive }),
    signal,
  )
  onProgress?.(size)
  return etag
}

async function inBlocks(
  transfer: Transfer,
  file: FileHandle,
  size: number,
  unchanged: () => Promise<void>,
  options: TransferOptions,
): Promise<string> {
  for (let start = 0; start < MOST_STARTS; start++) {
    const ids = await stage(transfer, file, size, options)
    await unchanged()
    const etag = await commit(transfer, ids, options.signal)
    if (etag !== undefined) return etag
  }
  throw new C360Error('LOCKED', `Others write the same object again and again, while ${transfer.doing}.`)
}

/** The ids of the blocks, in order, once all of them are on the service. */
async function stage(
  transfer: Transfer,
  file: FileHandle,
  size: number,
  { signal, onProgress }: TransferOptions,
): Promise<string[]> {
  const { send, name, doing, policy } = transfer
  const blockBytes = Math.max(policy.partBytes, Math.ceil(size / MOST_BLOCKS))
  const there = await staged(transfer, signal)
  const ids: string[] = new Array(Math.ceil(size / blockBytes))
  let sent = 0
  const lanes: Buffer[] = []
  const one = async (index: number, stop: AbortSignal, lane: number) => {
    lanes[lane] ??= Buffer.allocUnsafe(blockBytes)
    const length = Math.min(blockBytes, size - index * blockBytes)
    const content = await readBlock(file, index * blockBytes, lanes[lane].subarray(0, length))
    const id = blockId(index, content)
    ids[index] = id
    if (!there.has(id))
      await send(
        doing,
        ({ container, abortSignal, alive }) =>
          container
            .getBlockBlobClient(name)
            .stageBlock(id, content, content.length, { abortSignal, onProgress: alive }),
        stop,
      )
    sent += content.length
    onProgress?.(sent)
  }
  await eachOf({ from: 0, to: ids.length, most: policy.parts }, one, signal)
  return ids
}

const staged = ({ send, name, doing }: Transfer, signal: AbortSignal | undefined): Promise<Set<string>> =>
  send(
    doing,
    async ({ container, abortSignal }) => {
      try {
        const list = await container.getBlockBlobClient(name).getBlockList('uncommitted', { abortSignal })
        return new Set((list.uncommittedBlocks ?? []).map(({ name: id }) => id))
      } catch (error) {
        if (failureOf(error).code === 'BlobNotFound') return new Set<string>()
        throw error
      }
    },
    signal,
  )

/** undefined = another writer committed first, and with that our blocks were thrown away. */
const commit = (
  { send, name, doing }: Transfer,
  ids: string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> =>
  send(
    doing,
    async ({ container, abortSignal }) => {
      try {
        return (await container.getBlockBlobClient(name).commitBlockList(ids, { abortSignal })).etag ?? ''
      } catch (error) {
        if (failureOf(error).code === 'InvalidBlockList') return undefined
        throw error
      }
    },
    signal,
  )

/** As long as the ids of Microsoft's own tools: all blocks of an object that wait must have ids of one length. */
function blockId(index: number, content: Buffer): string {
  const id = Buffer.alloc(48)
  id.writeUInt32BE(index)
  createHash('sha256').update(content).digest().copy(id, 4)
  return id.toString('base64')
}

/** Fills the block; a file that has become shorter gives less. */
async function readBlock(file: FileHandle, from: number, block: Buffer): Promise<Buffer> {
  let got = 0
  while (got < block.length) {
    const { bytesRead } = await file.read(block, got, block.length - got, from + got)
    if (bytesRead === 0) break
    got += bytesRead
  }
  return block.subarray(0, got)
}
