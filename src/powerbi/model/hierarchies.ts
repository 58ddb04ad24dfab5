import type { Layout } from './layout.ts'
import type { Column, Hierarchy } from './types.ts'

interface Wanted extends Hierarchy {
  readonly table: string
}

const WANTED: readonly Wanted[] = [
  {
    table: 'Date',
    name: 'Calendar',
    description: 'Year, quarter, month, day',
    levels: ['Year', 'Quarter', 'Month', 'Date'],
  },
  { table: 'Date', name: 'Weeks', description: 'ISO week, day', levels: ['Week', 'Date'] },
  {
    table: 'Product',
    name: 'Products',
    description: 'Category, product',
    levels: ['Category', 'Product'],
  },
  {
    table: 'Store',
    name: 'Stores',
    description: 'State, city, store',
    levels: ['State of the store', 'City of the store', 'Store'],
  },
  {
    table: 'Customer',
    name: 'Places',
    description: 'State, city, customer',
    levels: ['State', 'City', 'Customer'],
  },
  {
    table: 'Agent',
    name: 'Departments',
    description: 'Department, agent',
    levels: ['Department', 'Agent'],
  },
]

/** The hierarchies of a table whose levels are all there. */
export const hierarchiesOf = ({ name }: Layout, columns: readonly Column[]): readonly Hierarchy[] =>
  WANTED.filter(({ table }) => table === name)
    .filter(({ levels }) => levels.every((level) => columns.some((column) => column.name === level)))
    .map(({ table: _, ...hierarchy }) => hierarchy)
