import { mkdir, readdir, realpath, rename, rmdir, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { z } from '@hono/zod-openapi'
import { C360Error, fromSystemError } from '../../errors.ts'
import type { DraftContract, Remark } from '../../profile/draft-types.ts'
import { type Drafted, givenAnswers, writeProject } from '../../profile/init.ts'
import { localStore } from '../../storage/local.ts'
import { helperOf } from '../helper/helper.ts'
import type { inspectRequest, inspectResponse } from '../schemas/setup.ts'
import { uploadFolder } from './uploads.ts'

export type Inspection = z.infer<typeof inspectResponse>
type Chosen = z.infer<typeof inspectRequest>

/** Where setup may look and write. Absolute paths. */
export interface SetupPlace {
  /** Where the project is put, and uploads lie. */
  readonly served: string
  readonly allowedRoots: readonly string[]
}

/** The folder that a request names: an upload, or a path below an allowed folder. FORBIDDEN elsewhere, links included; NOT_FOUND, USAGE. */
export async function chosenFolder({ served, allowedRoots }: SetupPlace, chosen: Chosen): Promise<string> {
  if (chosen.upload !== undefined) return uploadFolder(served, chosen.upload)
  if (chosen.path === undefined)
    throw new C360Error('USAGE', 'Which files?', { hint: 'Send the files, or name the folder they lie in.' })
  const asked = resolve(served, chosen.path)
  const isBelow = (path: string, roots: readonly string[]) => roots.some((root) => within(path, root))
  if (!isBelow(asked, allowedRoots)) throw outside(served)
  const real = await realpath(asked).catch(() => undefined)
  if (real === undefined) throw new C360Error('NOT_FOUND', 'There is no such folder.')
  const roots = await Promise.all(allowedRoots.map((root) => realpath(root).catch(() => root)))
  if (!isBelow(real, roots)) throw outside(served)
  if (!(await stat(real)).isDirectory())
    throw new C360Error('USAGE', 'That is a file; name the folder it lies in.')
  return asked
}

const outside = (served: string): C360Error =>
  new C360Error('FORBIDDEN', 'That folder is outside those this server may read.', {
    hint: `Name a folder below ${served}, or start the server with --allow-root FOLDER.`,
  })

function within(inner: string, outer: string): boolean {
  const way = relative(outer, inner)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** What was drafted last, and for which files: creating follows inspecting, and looking twice takes twice as long. */
const drafts = new Map<string, { readonly stamp: string; readonly drafted: Drafted }>()
const DRAFTS = 8

async function draftOf(served: string, from: string, signal: AbortSignal): Promise<Drafted> {
  const files = await localStore(from).list('')
  const stamp = JSON.stringify(files.map(({ path, size, modified }) => [path, size, modified]))
  const known = drafts.get(from)
  if (known?.stamp === stamp) return known.drafted
  const drafted = await helperOf(served).do('draft', { from }, signal)
  drafts.delete(from)
  drafts.set(from, { stamp, drafted })
  for (const key of [...drafts.keys()].slice(0, -DRAFTS)) drafts.delete(key)
  return drafted
}

/** Looks at the files and says what they are taken for, and what only a person can answer. Nothing is written. */
export async function inspectFolder(
  place: SetupPlace,
  chosen: Chosen,
  signal: AbortSignal,
): Promise<Inspection> {
  const { draft, passed } = await draftOf(place.served, await chosenFolder(place, chosen), signal)
  return {
    tables: [
      ...draft.contracts.map(tableOf),
      ...draft.leftOut.map(({ files, why, hint }) => ({
        file: files.join(', '),
        rows: null,
        entity: null,
        source: null,
        evidence: [],
        doubts: [`${why}. ${hint}`],
      })),
    ],
    questions: draft.questions.map(({ id, text, why, choices, fallback }) => ({
      id,
      question: text,
      why,
      choices: choices.length > 0 ? choices.map(({ value }) => value) : null,
      about: choices.map(({ about }) => about),
      answer: fallback,
    })),
    refused: passed.map(({ path, why, hint }) => ({
      file: path,
      message: why,
      ...(hint === undefined ? {} : { hint }),
    })),
  }
}

function tableOf(contract: DraftContract): Inspection['tables'][number] {
  return {
    file: contract.from.join(', '),
    rows: contract.rows,
    entity: contract.entity,
    source: contract.source,
    evidence: remarksOf(contract, ['note']),
    doubts: remarksOf(contract, ['decide', 'unsure']),
  }
}

function remarksOf({ remarks, columns }: DraftContract, kinds: readonly Remark['kind'][]): string[] {
  const wanted = (list: readonly Remark[]) => list.filter(({ kind }) => kinds.includes(kind))
  return [
    ...wanted(remarks).map(({ text }) => text),
    ...columns.flatMap(({ header, remarks: own }) => wanted(own).map(({ text }) => `${header}: ${text}`)),
  ]
}

export interface Created {
  readonly root: string
  /** What a person should decide in the contracts. */
  readonly doubts: readonly string[]
}

/** Writes the project into the served folder. Uploaded files become its landing folder; others stay where they are. USAGE names every answer that cannot be taken. */
export async function createProject(
  place: SetupPlace,
  chosen: Chosen & {
    readonly name?: string | undefined
    readonly answers?: Readonly<Record<string, string>> | undefined
  },
  signal: AbortSignal,
): Promise<Created> {
  const root = place.served
  await refuseProject(root)
  const from = await chosenFolder(place, chosen)
  const drafted = await draftOf(place.served, from, signal)
  const answers = givenAnswers(drafted.draft.questions, chosen.answers ?? {})
  const landing = chosen.upload === undefined ? from : await landed(root, from)
  const name = chosen.name?.trim()
  const made = await writeProject(root, { ...drafted, from: landing }, answers, ...(name ? [name] : []))
  const errors = made.problems.filter(({ severity }) => severity !== 'warn')
  if (errors.length > 0)
    throw new C360Error('PROJECT_INVALID', 'The project was written, and has mistakes:', { problems: errors })
  return {
    root,
    doubts: made.draft.contracts.flatMap((contract) =>
      remarksOf(contract, ['decide']).map((text) => `${contract.source}: ${text}`),
    ),
  }
}

async function refuseProject(root: string): Promise<void> {
  if ((await stat(join(root, 'c360.yaml')).catch(() => undefined)) === undefined) return
  throw new C360Error('CONFLICT', 'There is a project in this folder already.', {
    hint: 'Start `c360 serve` in another folder to make another one.',
  })
}

/** Moves an upload to where the project keeps its files; a folder `landing` that has files of its own stays as it is. */
async function landed(root: string, from: string): Promise<string> {
  try {
    for (let n = 1; ; n++) {
      const landing = join(root, n === 1 ? 'landing' : `landing-${n}`)
      const names = await readdir(landing).catch(() => undefined)
      if (names !== undefined && names.length > 0) continue
      if (names !== undefined) await rmdir(landing)
      await mkdir(root, { recursive: true })
      await rename(from, landing)
      return landing
    }
  } catch (error) {
    throw fromSystemError(error, 'moving the upload')
  }
}
