import type { FieldRef, Page } from './types.ts'
import {
  bars,
  card,
  column,
  columns,
  donut,
  figure,
  lines,
  list,
  matrix,
  row,
  scatter,
  slicer,
} from './visuals.ts'

const sales = (name: string): FieldRef => figure('Sales', name)
const contacts = (name: string): FieldRef => figure('Contacts', name)
const sessions = (name: string): FieldRef => figure('Web sessions', name)
const customers = (name: string): FieldRef => figure('Customer', name)
const cohorts = (name: string): FieldRef => figure('Cohorts', name)

const month = column('Date', 'Month')
const weekday = column('Date', 'Weekday')
const channel = column('Sales', 'Channel')
const product = column('Product', 'Product')
const category = column('Product', 'Category')
const store = column('Store', 'Store')
const segment = column('Customer', 'Segment')
const customer = column('Customer', 'Customer')
const agent = column('Agent', 'Agent')

const dates = slicer(column('Date', 'Date'), 'Between')

const overview: Page = {
  key: 'overview',
  title: 'Overview',
  rows: [
    row(76, dates, slicer(channel), slicer(store)),
    row(
      90,
      card(sales('Revenue')),
      card(sales('Orders')),
      card(sales('Average order value')),
      card(customers('Customers')),
      card(contacts('Resolution rate')),
    ),
    row(
      240,
      lines('Revenue by month', month, [sales('Revenue')], { share: 7 }),
      bars('Top 10 products by revenue', product, sales('Revenue'), { top: 10, share: 5 }),
    ),
    row(
      226,
      columns('Orders by weekday', weekday, sales('Orders'), { share: 5 }),
      bars('Customers by segment', segment, customers('Customers'), { share: 4 }),
      bars('Sessions by device', column('Web sessions', 'Device'), sessions('Sessions'), { share: 3 }),
    ),
  ],
}

/** What the reference retailer's dashboard shows, with figures that are right. */
const dashboard: Page = {
  key: 'dashboard',
  title: 'Retail dashboard',
  rows: [
    row(76, dates, slicer(channel), slicer(category)),
    row(90, card(contacts('Resolution rate')), card(contacts('Agents')), card(contacts('Contacts'))),
    row(
      240,
      columns('Daily volume by weekday and channel', weekday, sales('Transactions'), {
        series: channel,
        share: 5,
      }),
      bars('Top 10 products by average order value', product, sales('Average order value'), {
        top: 10,
        also: [sales('Orders')],
        share: 7,
      }),
    ),
    row(
      226,
      donut('Customers by segment', segment, customers('Customers'), { share: 4 }),
      bars('Best agents', agent, contacts('Resolution rate'), {
        top: 10,
        also: [contacts('Contacts')],
        share: 4,
      }),
      donut(
        'Agents by resolution tier',
        column('Agent rates', 'Resolution tier'),
        figure('Agent rates', 'Agents of all'),
        { share: 4 },
      ),
    ),
  ],
}

const salesPage: Page = {
  key: 'sales',
  title: 'Sales',
  rows: [
    row(76, dates, slicer(channel), slicer(store), slicer(category)),
    row(
      90,
      card(sales('Average order value')),
      card(sales('Orders')),
      card(sales('Revenue')),
      card(sales('Buyers')),
      card(sales('Pending')),
      card(sales('Failed')),
    ),
    row(
      230,
      lines('Average order value by month and channel', month, [sales('Average order value')], {
        series: channel,
        share: 8,
      }),
      columns('Revenue by size of the line', column('Sales', 'Amount band'), sales('Revenue'), { share: 4 }),
    ),
    row(
      236,
      list('Products', [category, product, sales('Average order value'), sales('Orders'), sales('Revenue')], {
        share: 7,
      }),
      list('Stores', [store, sales('Average order value'), sales('Orders'), sales('Revenue')], { share: 5 }),
    ),
  ],
}

const peakTimes: Page = {
  key: 'peak-times',
  title: 'Peak times',
  rows: [
    row(76, dates, slicer(channel), slicer(store)),
    row(
      300,
      matrix('Transactions by weekday and hour', weekday, column('Sales', 'Hour'), sales('Transactions')),
    ),
    row(
      264,
      columns('Transactions by hour', column('Sales', 'Hour'), sales('Transactions'), {
        series: channel,
        share: 7,
      }),
      columns('Transactions by weekday', weekday, sales('Transactions'), { series: channel, share: 5 }),
    ),
  ],
}

const segments: Page = {
  key: 'segments',
  title: 'Segments',
  rows: [
    row(76, slicer(segment), slicer(column('Customer', 'Tier')), slicer(column('Customer', 'State'))),
    row(
      90,
      card(customers('Customers')),
      card(customers('High-value customers')),
      card(customers('Lifetime value')),
      card(customers('Average lifetime value')),
    ),
    row(
      230,
      donut('Customers by segment', segment, customers('Customers'), { share: 4 }),
      scatter('Orders and revenue by customer', customer, sales('Orders'), sales('Revenue'), { share: 8 }),
    ),
    row(
      236,
      list(
        'Segments',
        [segment, customers('Customers'), customers('Lifetime value'), customers('Average lifetime value')],
        { share: 7 },
      ),
      bars('Customers by tier', column('Customer', 'Tier'), customers('Customers'), { share: 5 }),
    ),
  ],
}

const support: Page = {
  key: 'support',
  title: 'Support',
  rows: [
    row(76, dates, slicer(column('Contacts', 'Issue type')), slicer(column('Agent', 'Department'))),
    row(
      90,
      card(contacts('Contacts')),
      card(contacts('Resolution rate')),
      card(contacts('Open')),
      card(contacts('Time to resolution')),
      card(contacts('Satisfaction')),
      card(contacts('Response rate')),
      card(contacts('Repeat contacts')),
    ),
    row(
      230,
      lines('Contacts by month', month, [contacts('Contacts'), contacts('Resolved')], { share: 6 }),
      scatter('Volume and rate by agent', agent, contacts('Contacts'), contacts('Resolution rate'), {
        share: 6,
      }),
    ),
    row(
      236,
      bars('Contacts by issue type', column('Contacts', 'Issue type'), contacts('Contacts'), { share: 4 }),
      columns(
        'Contacts by time to resolution',
        column('Contacts', 'Resolution bucket'),
        contacts('Contacts'),
        {
          share: 4,
        },
      ),
      list('Agents', [agent, contacts('Contacts'), contacts('Resolution rate')], { share: 4 }),
    ),
  ],
}

const web: Page = {
  key: 'web',
  title: 'Web',
  rows: [
    row(76, dates, slicer(column('Web sessions', 'Device'))),
    row(
      90,
      card(sessions('Sessions')),
      card(sessions('Visitors')),
      card(sessions('Pages per session')),
      card(sessions('Session length')),
    ),
    row(
      230,
      lines('Sessions by month', month, [sessions('Sessions')], { share: 8 }),
      donut('Sessions by device', column('Web sessions', 'Device'), sessions('Sessions'), { share: 4 }),
    ),
    row(
      236,
      bars('Sessions by length', column('Web sessions', 'Length category'), sessions('Sessions'), {
        share: 4,
      }),
      columns('Sessions by hour', column('Web sessions', 'Hour'), sessions('Sessions'), { share: 8 }),
    ),
  ],
}

const loyalty: Page = {
  key: 'loyalty',
  title: 'Loyalty',
  rows: [
    row(76, dates, slicer(column('Customer', 'Tier'))),
    row(
      90,
      card(figure('Membership', 'Members')),
      card(figure('Points', 'Active members')),
      card(figure('Points', 'Points issued')),
      card(figure('Points', 'Points redeemed')),
      card(figure('Membership', 'Points balance')),
    ),
    row(
      300,
      lines('Points in and out by week', column('Date', 'Week'), [
        figure('Points', 'Points issued'),
        figure('Points', 'Points redeemed'),
      ]),
    ),
    row(
      166,
      bars(
        'Memberships by tier',
        column('Membership', 'Tier of the membership'),
        figure('Membership', 'Memberships'),
        {
          share: 6,
        },
      ),
      bars('Changes by reason', column('Points', 'Reason'), figure('Points', 'Points issued'), { share: 6 }),
    ),
  ],
}

const retention: Page = {
  key: 'retention',
  title: 'Retention',
  rows: [
    row(76, dates, slicer(column('Customer', 'State'))),
    row(
      300,
      matrix(
        'Retention by cohort and months since the first purchase',
        column('Cohorts', 'Cohort month'),
        column('Cohorts', 'Months since'),
        cohorts('Retention'),
      ),
    ),
    row(
      264,
      columns('Registrations by month', month, customers('Registrations'), { share: 6 }),
      donut('Customers by activity', column('Customer', 'Activity'), customers('Customers'), { share: 3 }),
      donut('Customers by churn', column('Customer', 'Churn'), customers('Customers'), { share: 3 }),
    ),
  ],
}

const profile: Page = {
  key: 'customer',
  title: 'Customer',
  drillThrough: customer,
  rows: [
    row(
      90,
      card(sales('Revenue')),
      card(sales('Orders')),
      card(sales('Average order value')),
      card(contacts('Contacts')),
      card(sessions('Sessions')),
      card(figure('Membership', 'Points balance')),
    ),
    row(
      230,
      columns('Revenue by month', month, sales('Revenue'), { series: channel, share: 7 }),
      list(
        'Who it is',
        [
          customer,
          segment,
          column('Customer', 'Tier'),
          column('Customer', 'Activity'),
          column('Customer', 'Suggested action'),
        ],
        { share: 5 },
      ),
    ),
    row(
      316,
      list(
        'Purchases',
        [column('Date', 'Date'), channel, product, column('Sales', 'Status'), sales('Value of all statuses')],
        { share: 7 },
      ),
      list(
        'Contacts',
        [
          column('Date', 'Date'),
          column('Contacts', 'Issue type'),
          column('Contacts', 'Resolution status'),
          contacts('Contacts'),
        ],
        { share: 5 },
      ),
    ),
  ],
}

/** The pages of the web app that a report can carry, and the reference's dashboard; in the order of their tabs. */
export const PAGES: readonly Page[] = [
  overview,
  dashboard,
  salesPage,
  peakTimes,
  segments,
  support,
  web,
  loyalty,
  retention,
  profile,
]
