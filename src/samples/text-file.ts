import { type FileHandle, open, rename, rm } from 'node:fs/promises'

const CHUNK = 64 * 1024
const WRITE = 256 * 1024

/**
 * A text file that grows in memory until `drain` is called, and that is seen under its name only once it is whole:
 * until then it is called `<path>.partial`.
 */
export class TextFile {
  private readonly path: string
  private readonly handle: FileHandle
  private text = ''
  private chunks: Uint8Array[] = []
  private waiting = 0
  private closed = false

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.handle = handle
  }

  static async create(path: string): Promise<TextFile> {
    return new TextFile(path, await open(`${path}.partial`, 'w'))
  }

  append(text: string): void {
    this.text += text
    if (this.text.length >= CHUNK) this.seal()
  }

  appendBytes(bytes: Uint8Array): void {
    this.seal()
    this.chunks.push(bytes)
    this.waiting += bytes.length
  }

  /** Writes what has gathered, if it is worth a write, and waits for the disk. */
  async drain(): Promise<void> {
    if (this.waiting >= WRITE) await this.flush()
  }

  async publish(): Promise<void> {
    await this.flush()
    await this.close()
    await rename(`${this.path}.partial`, this.path)
  }

  /** Leaves nothing behind, unless it is published already. */
  async discard(): Promise<void> {
    await this.close()
    await rm(`${this.path}.partial`, { force: true })
  }

  private async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await this.handle.close()
  }

  private seal(): void {
    if (this.text === '') return
    const bytes = Buffer.from(this.text, 'utf8')
    this.text = ''
    this.chunks.push(bytes)
    this.waiting += bytes.length
  }

  private async flush(): Promise<void> {
    this.seal()
    const bytes = Buffer.concat(this.chunks)
    this.chunks = []
    this.waiting = 0
    if (bytes.length > 0) await this.handle.writeFile(bytes)
  }
}
