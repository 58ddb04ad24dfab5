// For the Containerfile: in the package.json of this folder the SDKs of Azure become plain dependencies, in the versions that are
// tested, and what only developers need goes. `npm install` then takes everything from the lock file.
import { readFileSync, writeFileSync } from 'node:fs'

const { devDependencies, peerDependencies, peerDependenciesMeta, ...rest } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)
const sdks = Object.keys(peerDependencies).map((name) => [name, devDependencies[name]])
const dependencies = { ...rest.dependencies, ...Object.fromEntries(sdks) }
writeFileSync('package.json', `${JSON.stringify({ ...rest, dependencies }, null, 2)}\n`)
