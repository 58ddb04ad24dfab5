import { C360Error } from '../errors.ts'
import type { Project, SecretRef } from '../project/types.ts'
import { codeOf, type Found, failure, isMistake, sentence } from './found.ts'
import { fromFile, fromVariable } from './here.ts'
import { keyVaults } from './key-vault.ts'

/** The secrets of one run or one process: each is asked for once and kept in memory, nowhere else. */
export interface Secrets {
  /**
   * The secret's value. SECRET_MISSING (not set, absent, forbidden, not signed in), STORAGE_UNREACHABLE (no vault to be
   * reached), SDK_MISSING, CANCELLED.
   */
  get(ref: SecretRef, signal?: AbortSignal): Promise<string>
}

/** The same without throwing for what is missing. */
export interface Finder {
  find(ref: SecretRef, signal?: AbortSignal): Promise<Found>
}

const opened = new WeakMap<Project, Secrets>()

/** The secrets of a loaded project: whoever asks with the same object shares what was found. */
export function openSecrets(project: Project): Secrets {
  const known = opened.get(project) ?? throwing(openFinder())
  opened.set(project, known)
  return known
}

function throwing(finder: Finder): Secrets {
  return {
    async get(ref, signal) {
      const found = await finder.find(ref, signal)
      if (!found.ok) throw failure(ref, found)
      return found.value
    },
  }
}

/** Writes a new version of a secret to a vault (its URL); the version's id. Failures as `Secrets.get`. */
export async function writeSecret(vault: string, name: string, value: string): Promise<string> {
  const found = await keyVaults().set(vault, name, value)
  if (found.ok) return found.value
  throw new C360Error(codeOf(found.why), `Nothing was written: ${found.message}.`, {
    hint: sentence(found.hint),
  })
}

/** For settings: what the user can mend is an answer, all else is thrown. */
export function openLookUp(): (ref: SecretRef) => Promise<Found> {
  const finder = openFinder()
  return async (ref) => {
    const found = await finder.find(ref)
    if (found.ok || isMistake(found.why)) return found
    throw failure(ref, found)
  }
}

/** Finds what is named; places that name the same secret share one request, failures are not kept. */
export function openFinder(): Finder {
  const vaults = keyVaults()
  const asked = new Map<string, Shared>()
  const ask = (ref: SecretRef, signal: AbortSignal): Promise<Found> => {
    if (ref.from === 'env') return Promise.resolve(fromVariable(ref.name))
    if (ref.from === 'file') return fromFile(ref.name)
    return vaults.get(ref.vault ?? '', ref.name, signal)
  }
  return {
    find(ref, signal) {
      const id = [ref.from, ref.vault, ref.name].join('\n')
      const open = asked.get(id) ?? shared((own) => ask(ref, own))
      asked.set(id, open)
      const forget = () => void (asked.get(id) === open && asked.delete(id))
      open.answer.then(({ ok }) => ok || forget(), forget)
      return open.wait(signal, forget)
    },
  }
}

interface Shared {
  readonly answer: Promise<Found>
  wait(signal: AbortSignal | undefined, abandoned: () => void): Promise<Found>
}

/** One request that many wait for; it is cancelled when the last of them gave up. */
function shared(begin: (signal: AbortSignal) => Promise<Found>): Shared {
  const cancel = new AbortController()
  const answer = begin(cancel.signal)
  let waiting = 0
  return {
    answer,
    wait(signal, abandoned) {
      waiting++
      if (!signal) return answer
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          if (--waiting === 0) {
            abandoned()
            cancel.abort()
          }
          reject(new C360Error('CANCELLED', 'Cancelled while a secret was asked for.'))
        }
        if (signal.aborted) return giveUp()
        signal.addEventListener('abort', giveUp, { once: true })
        answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
      })
    },
  }
}
