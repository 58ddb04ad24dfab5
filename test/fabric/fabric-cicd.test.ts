import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Context } from '../../src/cli/command.ts'
import { kind } from '../../src/cli/export-powerbi.ts'
import { plan } from '../../src/fabric/plan.ts'
import { projectOf, readFolder } from '../../src/fabric/project-folder.ts'
import { isLong } from '../support/long.ts'
import { retailProject } from '../support/project.ts'
import { pythonWith } from '../support/python.ts'
import { openBench, wish } from './support.ts'

// Its own Python and seconds of work: `npm run test:long` has it.
const python = isLong
  ? await pythonWith('support/fabric-requirements.txt')
  : { skipped: 'npm run test:long runs it' }
const run = promisify(execFile)

test.skipIf(typeof python !== 'string')(
  `fabric-cicd publishes an exported folder as it is, twice${typeof python === 'string' ? '' : `: SKIPPED, ${python.skipped}`}`,
  async () => {
    await using project = await retailProject()
    await using bench = await openBench()
    const { stub } = bench
    Object.assign(stub.settings, { pageSize: 100, operationHost: stub.fabric })
    const out = join(project.root, 'bi')
    const values = { out, source: 'azure_sql' }
    const context: Context = {
      positionals: ['powerbi'],
      values,
      project: project.root,
      json: false,
      print: () => {},
      note: () => {},
      paint: (_, text) => text,
      interactive: false,
      signal: new AbortController().signal,
    }
    await kind.run(context)
    const script = join(import.meta.dirname, '..', 'support', 'fabric_cicd_client.py')
    // It writes a log where it is started.
    const cwd = await mkdtemp(join(tmpdir(), 'c360-cicd-'))
    await cp(out, join(cwd, 'bi'), { recursive: true })
    const publish = () =>
      run(String(python), [script, stub.fabric, stub.tokens.fabric, 'Sales', join(cwd, 'bi')], { cwd })

    await publish()
    expect([...stub.items.values()].map(({ type, displayName }) => `${type} ${displayName}`)).toEqual([
      'SemanticModel retail',
      'Report retail',
    ])
    const ids = [...stub.items.keys()]
    await publish()
    expect([...stub.items.keys()]).toEqual(ids)
    expect(stub.asked.filter((one) => /^(create|update) /.test(one))).toEqual([
      'create items',
      'create items',
      'update items',
      'update items',
    ])
    await rm(cwd, { recursive: true })

    // What it brought is what `c360 deploy fabric` would bring, but for its older way to name the model.
    const wished = wish({ project: projectOf(await readFolder(out)) })
    const planned = await plan(bench.client(), { id: stub.workspace, displayName: 'Sales' }, wished)
    expect(planned.model).toMatchObject({ id: ids[0], parts: { added: [], changed: [], removed: [] } })
    expect(planned.report).toMatchObject({
      id: ids[1],
      parts: { added: [], changed: ['definition.pbir'], removed: [] },
    })
    expect(stub.violations).toEqual([])
  },
)
