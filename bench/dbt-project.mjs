import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ratioMacro } from '../dist/sql/ratio.js'
import { goldModels, relations } from './script/gold.mjs'
import { sources } from './script/sources.mjs'
import { readCsv, typedRows } from './script/stage.mjs'

/** A dbt project that makes the same tables as the script, from the same SQL: bronze as Parquet, stage, silver, quarantine, gold. */
export function writeDbtProject(folder, landing, { threads, memory }) {
  const put = (path, text) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const bronze = join(folder, 'bronze')
  mkdirSync(bronze, { recursive: true })
  put('dbt_project.yml', projectFile)
  put('profiles.yml', profile(join(folder, 'warehouse.duckdb'), threads, memory))
  put(
    'macros/schema.sql',
    '{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}',
  )
  put('macros/ratio.sql', `{% macro ratio_macro() %}${ratioMacro()}{% endmacro %}`)
  for (const source of sources) {
    const { name, file } = source
    put(
      `models/bronze/bronze_${name}.sql`,
      `${external(join(bronze, `${name}.parquet`))}\n${bronzeSelect(source, join(landing, `${file}.csv`))}`,
    )
    put(`models/stage/stage_${name}.sql`, refs(typedRows(source, '', `{{ ref('bronze_${name}') }}`)))
    put(`models/silver/${name}.sql`, silver(source))
  }
  put('models/silver/quarantine.sql', sources.map(quarantined).join('\nunion all\n'))
  for (const [name, sql] of relations) put(`models/relations/${name.replace('.', '_')}.sql`, refs(sql))
  for (const [name, sql] of goldModels) put(`models/gold/${name}.sql`, refs(sql))
}

const projectFile = `name: retail
version: '1.0'
profile: retail
on-run-start: "{{ ratio_macro() }}"
models:
  retail:
    +materialized: table
    stage: { +schema: stage }
    silver: { +schema: silver }
    relations: { +schema: relations, +materialized: view }
    gold: { +schema: gold }
`

const profile = (path, threads, memory) => `retail:
  target: bench
  outputs:
    bench: { type: duckdb, path: '${path}', threads: 1, settings: { threads: ${threads}, memory_limit: '${memory}', TimeZone: UTC, preserve_insertion_order: false } }
`

const external = (path) =>
  `{{ config(materialized='external', location='${path}', options={'compression': 'zstd'}) }}`

const bronzeSelect = (source, csv) =>
  `select *, '${source.file}.csv' as _source_file, row_number() over () as _row_number, cast(1 as bigint) as _delivery from ${readCsv(source, csv)}`

/** dbt learns the order of models from ref(): table names become that. Comments would be read as well, so the front matter goes. */
function refs(sql) {
  const ref = (_, before, schema, name) => {
    if (schema === 'silver.') return `${before}{{ ref('${name}') }}`
    if (schema !== undefined) return `${before}{{ ref('${schema.slice(0, -1)}_${name}') }}`
    return goldModels.some(([model]) => model === name) ? `${before}{{ ref('${name}') }}` : `${before}${name}`
  }
  return sql
    .replace(/^\/\*[\s\S]*?\*\//, '')
    .replaceAll(/\b((?:from|join) )(silver\.|conformed\.|rules\.)?(\w+)\b(?!\.)/g, ref)
}

const newestFirst = ({ order }) => `${order ? `${order} desc nulls last, ` : ''}_row_number desc`

const silver = (
  source,
) => `select * exclude (_reasons, _raw) from {{ ref('stage_${source.name}') }} where _reasons is null
qualify row_number() over (partition by ${source.key.join(', ')} order by ${newestFirst(source)}) = 1`

const quarantined = ({ name }) =>
  `select '${name}' as source, _source_file, _row_number, _reasons as reasons, _raw as raw from {{ ref('stage_${name}') }} where _reasons is not null`
