// After tsc: the command line and the packages it always needs as few files instead of hundreds, which Node finds and reads one by one.
//   node scripts/bundle-cli.mjs [BUILD_FOLDER]   (default: dist)
import { realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { build, normalizePath } from 'vite'

const folder = normalizePath(realpathSync(resolve(process.argv[2] ?? 'dist')))

/** What a module finds beside itself it goes on finding: all bundled files lie one folder deep, as the modules do. */
const whereItWas = {
  name: 'where-it-was',
  transform(code, id) {
    if (!id.startsWith(`${folder}/`) || !code.includes('import.meta.url')) return
    const was = normalizePath(relative(`${folder}/cli`, id))
    return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(was)}, import.meta.url).href`)
  },
}

const driver = `${folder}/engines/duckdb/driver.js`
const bindings = '@duckdb/node-bindings'

/** DuckDB's driver is bundled, and requires its bindings from where the package lies. */
const duckdb = {
  name: 'duckdb',
  enforce: 'pre',
  resolveId: (id) => (id === bindings ? `\0${bindings}` : undefined),
  load(id) {
    if (id === driver) return `import driver from '@duckdb/node-api'\nexport { driver }`
    if (id === `\0${bindings}`)
      return `import { createRequire } from 'node:module'
        const api = createRequire(import.meta.url).resolve('@duckdb/node-api')
        export default createRequire(api)('${bindings}')`
    return undefined
  },
}

await build({
  configFile: false,
  logLevel: 'warn',
  plugins: [whereItWas, duckdb],
  ssr: { noExternal: ['yaml', '@duckdb/node-api', bindings] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: folder,
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { main: `${folder}/cli/main.js` },
      output: { entryFileNames: 'cli/[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
    },
  },
})
