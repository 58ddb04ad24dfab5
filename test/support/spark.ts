import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { everyEngine } from './long.ts'

const run = promisify(execFile)
const requirements = join(import.meta.dirname, 'spark-requirements.txt')
const home = join(import.meta.dirname, '..', '..', '.venv')
const MAVEN = 'https://repo1.maven.org/maven2/io/delta'

/** What Spark needs to know Delta tables; the hash says that it is the very file we tried. */
const jars = [
  {
    name: 'delta-spark_2.13',
    version: '4.0.0',
    sha256: '538511702aae0ef6973a6a70af3d4543c9009f8edbed786a00737e2d3cd7f04e',
  },
  {
    name: 'delta-storage',
    version: '4.0.0',
    sha256: '9bdb9fb450f1e119eba53feb427f331b0d09072d26485b8273883ad72c9a2e1d',
  },
] as const

/** A Python with Spark, and the jars for Delta. */
export interface SparkHome {
  readonly python: string
  readonly jars: readonly string[]
}

/**
 * Spark in `.venv/` of the repository, about 500 MB on disk: fetched at the first call, and nothing after that. Where it cannot
 * be had (no Java, no Python, no network), the reason.
 */
export async function sparkHome(): Promise<SparkHome | { skipped: string }> {
  const wanted = readFileSync(requirements, 'utf8') + JSON.stringify(jars)
  const folder = join(home, `spark-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`)
  const ready: SparkHome = {
    python: join(folder, 'bin', 'python'),
    jars: jars.map(({ name, version }) => join(folder, `${name}-${version}.jar`)),
  }
  try {
    await run('java', ['-version'], { timeout: 30_000 })
    if (!existsSync(join(folder, 'complete'))) await build(folder)
    return ready
  } catch (error) {
    return { skipped: reason(error) }
  }
}

/** The same for tests that only `npm run test:engines` and `npm run test:long` take. */
export const sparkWhenAsked = async (): Promise<SparkHome | { skipped: string }> =>
  everyEngine ? sparkHome() : { skipped: 'npm run test:engines' }

/** Built beside its place and then renamed; a venv runs from wherever its python is called. */
async function build(folder: string): Promise<void> {
  const building = `${folder}.${process.pid}`
  try {
    await mkdir(home, { recursive: true })
    await run('python3', ['-m', 'venv', building], { timeout: 120_000 })
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '-r', requirements]
    await run(join(building, 'bin', 'python'), install, { timeout: 600_000 })
    for (const jar of jars) await fetchJar(building, jar)
    await writeFile(join(building, 'complete'), '')
    await rename(building, folder).catch(() => undefined)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function fetchJar(folder: string, { name, version, sha256 }: (typeof jars)[number]): Promise<void> {
  const file = join(folder, `${name}-${version}.jar`)
  await run(
    'curl',
    ['-sSfL', '--retry', '3', '-o', file, `${MAVEN}/${name}/${version}/${name}-${version}.jar`],
    { timeout: 300_000 },
  )
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  const found = hash.digest('hex')
  if (found !== sha256) throw new Error(`${name}-${version}.jar has another hash than it should: ${found}`)
}

function reason(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const text = stderr === '' ? String(error) : stderr
  return `no Spark (Java 17, Python, a network once): ${text.split('\n').at(-1) ?? ''}`
}

/** A Spark of its own process: SQL in, rows out. */
export interface Spark extends AsyncDisposable {
  /** Rows of a statement, values as JSON has them; fails with Spark's own first line. */
  sql(statement: string): Promise<readonly Record<string, unknown>[]>
}

/** Starts Spark with Delta on this machine, two threads, in UTC; a table on disk is called delta.`/path`. */
export async function startSpark({ python, jars: files }: SparkHome, folder: string): Promise<Spark> {
  const script = join(import.meta.dirname, 'spark.py')
  const child = spawn(python, ['-B', script, folder, ...files], { stdio: ['pipe', 'pipe', 'pipe'] })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<Answer> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`Spark ended: ${errors.join('').slice(-2000)}`)
    return JSON.parse(String(value)) as Answer
  }
  await answer()
  return {
    async sql(statement) {
      child.stdin.write(`${JSON.stringify(statement)}\n`)
      const { rows, error } = await answer()
      if (error !== undefined) throw new Error(error)
      return rows ?? []
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

interface Answer {
  readonly rows?: readonly Record<string, unknown>[]
  readonly error?: string
}
