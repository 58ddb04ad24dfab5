import { C360Error } from '../errors.ts'
import type { Context } from './command.ts'

/** Asks on the terminal without showing what is typed. CANCELLED by Ctrl-C. */
export function askHidden(question: string, { signal }: Pick<Context, 'signal'>): Promise<string> {
  const { stdin, stderr } = process
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (settle: () => void) => {
      stdin.off('data', onData).setRawMode(false).pause()
      signal.removeEventListener('abort', cancel)
      stderr.write('\n')
      settle()
    }
    const cancel = () =>
      end(() => reject(new C360Error('CANCELLED', 'Cancelled.', { hint: 'Nothing was written.' })))
    const onData = (chunk: string) => {
      for (const character of chunk) {
        if (character === '\u0003') return cancel()
        if (character === '\r' || character === '\n' || character === '\u0004')
          return end(() => resolve(typed))
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('')
        else typed += character
      }
    }
    signal.addEventListener('abort', cancel, { once: true })
    stderr.write(question)
    stdin.setEncoding('utf8').setRawMode(true).resume().on('data', onData)
  })
}

/** What was piped in, without the line end behind it; at most 25 KB, as Key Vault takes. */
export async function readPiped(): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > 25_000)
      throw new C360Error('USAGE', 'The value is larger than 25 KB: Key Vault takes no more.')
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
