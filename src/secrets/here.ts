import { readFile, stat } from 'node:fs/promises'
import { type Found, missing } from './found.ts'

/** A secret of this machine's environment. */
export function fromVariable(name: string): Found {
  const value = process.env[name]
  if (value === undefined)
    return missing(
      'not_set',
      `the environment variable ${name} is not set`,
      `set ${name} for the process that runs c360`,
    )
  if (value.trim() === '')
    return missing('empty', `the environment variable ${name} is empty`, `give ${name} its value`)
  return { ok: true, value }
}

const MOST_BYTES = 64 * 1024

/** A secret that is the content of a file, without the line end behind it. */
export async function fromFile(path: string): Promise<Found> {
  try {
    const facts = await stat(path)
    if (!facts.isFile()) return noFile(path, 'is no file')
    if (facts.size > MOST_BYTES) return noFile(path, 'is larger than 64 KB: is it the right file?')
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
    if (value.trim() === '') return missing('empty', `the file ${path} is empty`, 'write the secret into it')
    const open = process.platform !== 'win32' && (facts.mode & 0o004) !== 0
    const warning = `every user of this machine can read ${path}; \`chmod 600\` it`
    return { ok: true, value, ...(open ? { warning } : {}) }
  } catch (error) {
    return unread(path, (error as NodeJS.ErrnoException).code)
  }
}

const noFile = (path: string, what: string): Found =>
  missing('no_file', `${path} ${what}`, 'name a file that holds the secret and nothing else')

function unread(path: string, code: string | undefined): Found {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return missing(
      'no_file',
      `there is no file ${path}`,
      'write the secret into that file; a relative path begins at the project',
    )
  const reason = code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`
  return missing('unreadable', `the file ${path} ${reason}`, 'let the user who runs c360 read it')
}
