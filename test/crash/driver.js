// node driver.js <build> <project> [<boundary> <nth>]: one run in a process of its own. Each boundary is a line on
// standard output, after one that says that the program is loaded; at the nth passing of the named one the process ends itself, with no chance to tidy up.
import { writeSync } from 'node:fs'
import { join } from 'node:path'

const [build, project, fatal, nth] = process.argv.slice(2)
const { prepare } = await import(join(build, 'dist', 'run', 'prepare.js'))
const { run } = await import(join(build, 'dist', 'run', 'run.js'))
let left = Number(nth)
writeSync(1, '= loaded\n')

const { outcome } = await run(await prepare(project), {
  boundary: (name) => {
    writeSync(1, `${name}\n`)
    if (name === fatal && --left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
writeSync(1, `= ${outcome}\n`)
