const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const firstNames = words(`
  James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph
  Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Ashley Steven
  Emily Andrew Kimberly Paul Margaret Joshua Donna Kenneth Michelle Kevin Carol Brian Amanda Timothy Melissa
  Ronald Deborah Jason Stephanie George Rebecca Edward Sharon Jeffrey Laura Ryan Cynthia Jacob Amy Nicholas
  Kathleen Gary Angela Eric Shirley Jonathan Brenda Stephen Emma Larry Anna Justin Pamela Scott Nicole Brandon
  Samantha Benjamin Katherine Samuel Christine Gregory Helen Alexander Debra Patrick Rachel Frank Carolyn Raymond
  Janet Jack Maria Dennis Olivia Jerry Heather Tyler Diane Aaron Julie Jose Joyce Adam Victoria Nathan Ruth Henry
  José Zoë René Chloë Sofía Andrés Renée Mónica Noah Ava Liam Mia Mateo Luna Priya Arjun Wei Mei Kenji Yuki Omar
  Layla Amir Fatima Ivan Olga Sven Ingrid Kofi Amara Tomás Inês`)

export const lastNames = words(`
  Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson
  Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker
  Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell
  Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy
  Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson
  Brooks Chavez Wood Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster
  O'Brien O'Neil D'Angelo García Núñez Muñoz Fernández Müller Björk Sørensen Okafor Mensah Chen Wong Tanaka Singh
  Kowalski Novak Petrov Haddad Rossi Dubois Lindqvist Vandenberg McCarthy MacDonald Fitzgerald Underwood Whitaker`)

export const streets = words(`
  Oak Maple Cedar Pine Elm Birch Walnut Chestnut Willow Spruce Washington Lincoln Jefferson Madison Franklin Park
  Lake Hill River Church Mill Spring Ridge Sunset Highland Meadow Forest Prospect Center Union Liberty School
  Orchard Cherry Valley Summit Harbor Bridge Market Garden Pleasant Dogwood Magnolia Sycamore Juniper Laurel`)

export const streetKinds = words(
  'Street Street Avenue Avenue Road Lane Drive Court Boulevard Place Terrace Way',
)

/** City, state, first three digits of its postal codes. */
export const cities: readonly (readonly [city: string, state: string, zip: string])[] = [
  ['New York', 'NY', '100'],
  ['Boston', 'MA', '021'],
  ['Philadelphia', 'PA', '191'],
  ['Chicago', 'IL', '606'],
  ['Atlanta', 'GA', '303'],
  ['Houston', 'TX', '770'],
  ['Los Angeles', 'CA', '900'],
  ['Seattle', 'WA', '981'],
  ['Denver', 'CO', '802'],
  ['Miami', 'FL', '331'],
  ['Dallas', 'TX', '752'],
  ['Phoenix', 'AZ', '850'],
  ['Portland', 'OR', '972'],
  ['Charlotte', 'NC', '282'],
  ['Nashville', 'TN', '372'],
  ['Columbus', 'OH', '432'],
  ['Baltimore', 'MD', '212'],
  ['Minneapolis', 'MN', '554'],
  ['St. Louis', 'MO', '631'],
  ['Pittsburgh', 'PA', '152'],
  ['Buffalo', 'NY', '142'],
  ['Hartford', 'CT', '061'],
  ['Providence', 'RI', '029'],
  ['Richmond', 'VA', '232'],
  ['Raleigh', 'NC', '276'],
  ['Orlando', 'FL', '328'],
  ['Tampa', 'FL', '336'],
  ['New Orleans', 'LA', '701'],
  ['Austin', 'TX', '787'],
  ['San Antonio', 'TX', '782'],
  ['Salt Lake City', 'UT', '841'],
  ['Boise', 'ID', '837'],
  ['Sacramento', 'CA', '958'],
  ['San Diego', 'CA', '921'],
  ['San Jose', 'CA', '951'],
  ['Albuquerque', 'NM', '871'],
  ['Omaha', 'NE', '681'],
  ['Des Moines', 'IA', '503'],
  ['Madison', 'WI', '537'],
  ['Milwaukee', 'WI', '532'],
  ['Cleveland', 'OH', '441'],
  ['Indianapolis', 'IN', '462'],
  ['Louisville', 'KY', '402'],
  ['Detroit', 'MI', '482'],
  ['Newark', 'NJ', '071'],
  ['Albany', 'NY', '122'],
  ['Burlington', 'VT', '054'],
  ['Manchester', 'NH', '031'],
]

/** What tells two stores of one city apart. */
export const quarters = [
  '',
  ' Downtown',
  ' Northside',
  ' Riverside',
  ' Gateway',
  ' West End',
  ' Harbor',
  ' Heights',
]

export interface Category {
  readonly name: string
  readonly weight: number
  readonly styles: readonly string[]
  /** Lowest and highest list price in dollars. */
  readonly things: readonly (readonly [thing: string, low: number, high: number])[]
}

export const categories: readonly Category[] = [
  {
    name: 'Books',
    weight: 1,
    styles: words(
      'Silent Hidden Last Golden Broken Distant Winter Little Secret Burning Paper Northern Lost Quiet',
    ),
    things: [
      ['Harbor', 8, 28],
      ['Garden', 8, 28],
      ['Letters', 9, 30],
      ['River', 8, 26],
      ['Orchard', 9, 27],
      ['Atlas', 24, 60],
      ['Cookbook', 18, 45],
      ['House', 8, 26],
      ['Journey', 9, 29],
      ['Almanac', 12, 35],
      ['Field Guide', 15, 38],
      ['Stories, Volume 1', 10, 32],
    ],
  },
  {
    name: 'Clothing',
    weight: 1.2,
    styles: words(
      'Classic Slim Relaxed Organic Vintage Striped Everyday Lightweight Quilted Washed Soft Urban Coastal Alpine',
    ),
    things: [
      ['T-Shirt', 12, 35],
      ['Jeans', 35, 110],
      ['Hoodie', 30, 85],
      ['Dress', 35, 140],
      ['Sneakers', 45, 150],
      ['Jacket', 60, 220],
      ['Socks, 3 Pairs', 9, 24],
      ['Sweater', 30, 120],
      ['Shorts', 18, 55],
      ['Scarf', 14, 60],
      ['Raincoat', 45, 160],
      ['Polo Shirt', 20, 60],
    ],
  },
  {
    name: 'Electronics',
    weight: 0.8,
    styles: words('Nova Pulse Vertex Orbit Lumen Aero Quanta Echo Prism Zenith Atlas Core Delta Flux'),
    things: [
      ['Headphones', 29, 320],
      ['Bluetooth Speaker', 25, 220],
      ['24" Monitor', 110, 340],
      ['Keyboard', 25, 160],
      ['Tablet', 140, 780],
      ['Smart Watch', 80, 420],
      ['USB-C Charger', 14, 60],
      ['Webcam', 30, 170],
      ['Power Bank', 18, 75],
      ['Router', 50, 260],
      ['Laptop', 420, 1600],
      ['Memory Card', 9, 70],
    ],
  },
  {
    name: 'Home Goods',
    weight: 1,
    styles: words(
      'Nordic Rustic Modern Copper Bamboo Linen Stoneware Marble Cozy Compact Heritage Ivory Slate Walnut',
    ),
    things: [
      ['Table Lamp', 20, 120],
      ['Throw Blanket', 18, 85],
      ['Cutting Board', 12, 55],
      ['Frying Pan', 18, 95],
      ['Coffee Maker', 30, 220],
      ['Storage Basket', 10, 45],
      ['Bath Towels, Set of 4', 22, 80],
      ['Wall Clock', 15, 75],
      ['Dinner Plates, Set of 6', 28, 130],
      ['Area Rug', 45, 390],
      ['Desk Chair', 70, 420],
      ['Candle', 8, 36],
    ],
  },
  {
    name: 'Toys',
    weight: 0.9,
    styles: words(
      'Happy Jumbo Magic Tiny Super Rainbow Wooden Galactic Fluffy Speedy Mighty Clever Jolly Brave',
    ),
    things: [
      ['Building Blocks', 15, 90],
      ['Puzzle, 500 Pieces', 9, 28],
      ['Plush Bear', 10, 40],
      ['Race Car', 8, 60],
      ['Board Game', 15, 65],
      ['Train Set', 30, 160],
      ['Doll House', 35, 180],
      ['Kite', 8, 35],
      ['Science Kit', 18, 70],
      ['Play Dough', 5, 25],
      ['Robot', 20, 130],
      ['Card Game', 6, 22],
    ],
  },
]

export interface State {
  readonly name: string
  readonly areaCode: string
}

/** The states of `cities`, by postal code. */
export const states: Readonly<Record<string, State>> = {
  AZ: { name: 'Arizona', areaCode: '602' },
  CA: { name: 'California', areaCode: '213' },
  CO: { name: 'Colorado', areaCode: '303' },
  CT: { name: 'Connecticut', areaCode: '860' },
  FL: { name: 'Florida', areaCode: '305' },
  GA: { name: 'Georgia', areaCode: '404' },
  IA: { name: 'Iowa', areaCode: '515' },
  ID: { name: 'Idaho', areaCode: '208' },
  IL: { name: 'Illinois', areaCode: '312' },
  IN: { name: 'Indiana', areaCode: '317' },
  KY: { name: 'Kentucky', areaCode: '502' },
  LA: { name: 'Louisiana', areaCode: '504' },
  MA: { name: 'Massachusetts', areaCode: '617' },
  MD: { name: 'Maryland', areaCode: '410' },
  MI: { name: 'Michigan', areaCode: '313' },
  MN: { name: 'Minnesota', areaCode: '612' },
  MO: { name: 'Missouri', areaCode: '314' },
  NC: { name: 'North Carolina', areaCode: '704' },
  NE: { name: 'Nebraska', areaCode: '402' },
  NH: { name: 'New Hampshire', areaCode: '603' },
  NJ: { name: 'New Jersey', areaCode: '973' },
  NM: { name: 'New Mexico', areaCode: '505' },
  NY: { name: 'New York', areaCode: '212' },
  OH: { name: 'Ohio', areaCode: '614' },
  OR: { name: 'Oregon', areaCode: '503' },
  PA: { name: 'Pennsylvania', areaCode: '215' },
  RI: { name: 'Rhode Island', areaCode: '401' },
  TN: { name: 'Tennessee', areaCode: '615' },
  TX: { name: 'Texas', areaCode: '713' },
  UT: { name: 'Utah', areaCode: '801' },
  VA: { name: 'Virginia', areaCode: '804' },
  VT: { name: 'Vermont', areaCode: '802' },
  WA: { name: 'Washington', areaCode: '206' },
  WI: { name: 'Wisconsin', areaCode: '608' },
}
