export const text = {
  subtitle: (dates: string) => `Points and members, ${dates}. Tiers and balances are as of the version.`,
  allDates: 'all dates',
  figures: 'Key figures of loyalty',
  ofCustomers: (share: string) => `${share} of customers, as of the version`,
  balance: (points: string) => `${points} points on all memberships`,
  flow: {
    title: (grain: string) => `Points in and out by ${grain}`,
    issued: 'Issued',
    redeemed: 'Redeemed',
    foot: (issued: string, redeemed: string, share: string) =>
      `${issued} issued, ${redeemed} redeemed: ${share} of what was issued.`,
    noneRedeemed: (issued: string) => `${issued} issued, nothing redeemed.`,
  },
  reasons: {
    title: 'Why points changed',
    subtitle: 'points issued by reason',
    taken: (points: string) => `${points} taken`,
    none: 'No reason given',
  },
  tiers: {
    title: 'Tiers',
    subtitle: 'members, points and sales',
    label: 'Members by tier',
    tier: 'Tier',
    none: 'No membership',
    members: 'Members',
    share: 'Share',
    activeShare: 'Active',
    activeHint: 'Members whose points changed in the dates, of all members of the tier',
    balance: 'Balance',
    each: 'Per member',
    revenue: 'Revenue',
    aov: 'AOV',
    activeOf: (active: string, members: string) => `${active} of ${members} members`,
    foot: 'Active members, revenue and AOV follow the dates. Members and balances are as of the version.',
  },
  near: {
    title: 'Closest to the next tier',
    worth: (count: string, money: string) =>
      `${count} members below the top tier, ${money} of lifetime value`,
  },
} as const
